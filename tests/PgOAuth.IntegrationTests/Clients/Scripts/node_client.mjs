// Drives node-postgres. Argument: the check. Environment: PGOAUTH_HOST, _PORT, _DATABASE, _USER, _CA, _TOKEN, _NODE_MODULES.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const env = process.env;
const pg = createRequire(join(env.PGOAUTH_NODE_MODULES, "pg", "package.json"))("pg");

let asked = 0;
const config = {
  host: env.PGOAUTH_HOST,
  port: Number(env.PGOAUTH_PORT),
  database: env.PGOAUTH_DATABASE,
  user: env.PGOAUTH_USER,
  password: async () => {
    asked++;
    return env.PGOAUTH_TOKEN;
  },
  ssl: { ca: readFileSync(env.PGOAUTH_CA, "utf8"), rejectUnauthorized: true },
};

async function connect(more = {}) {
  const client = new pg.Client({ ...config, ...more });
  await client.connect();
  return client;
}

const checks = {
  async query() {
    const client = await connect();
    assert.equal(client.connection.stream.encrypted, true);
    assert.equal(client.connection.stream.authorized, true);
    const { rows } = await client.query("select current_user as who, $1::int + 1 as n, $2::text[] as list, $3::jsonb as doc", [41, ["a", "b"], { k: [1, null] }]);
    assert.deepEqual(rows, [{ who: "engineer", n: 42, list: ["a", "b"], doc: { k: [1, null] } }]);
    for (let n = 0; n < 20; n++) {
      const named = await client.query({ name: "twice", text: "select $1::int * 2 as n", values: [n] });
      assert.equal(named.rows[0].n, n * 2);
    }
    const many = await client.query("select 1 as a; select 2 as b");
    assert.deepEqual(many.map((each) => each.rows[0]), [{ a: 1 }, { b: 2 }]);
    await client.end();
  },

  async pool() {
    const pool = new pg.Pool({ ...config, max: 3 });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => pool.query("select $1::int as n, pg_sleep(0.002)", [n])));
    assert.deepEqual(answers.map((each) => each.rows[0].n), Array.from({ length: 60 }, (_, n) => n));
    assert.equal(asked, 3, "the password function is asked once for each new connection");
    await pool.end();
  },

  async errors() {
    const client = await connect();
    const notices = [];
    client.on("notice", (notice) => notices.push(notice.message));
    await assert.rejects(client.query("select 1 / 0"), { code: "22012" });
    await assert.rejects(client.query("insert into sales.orders (id, customer, total) values ($1, $2, $3)", [1, "twice", 1]), { code: "23505", constraint: "orders_pkey" });
    await client.query("drop table if exists nowhere");
    assert.match(notices.join(), /does not exist, skipping/);
    await assert.rejects(client.query("select set_config('role', 'analyst', false)"), { code: "42501" });
    assert.equal((await client.query("select current_user as who")).rows[0].who, "engineer");
    await client.end();
  },

  async cancel() {
    const client = await connect();
    const other = await connect();
    const { rows } = await client.query("select pg_backend_pid() as pid");
    const query = new pg.Query(`select pg_advisory_lock(${rows[0].pid}), pg_sleep(60)`);
    const ended = new Promise((resolve) => query.on("error", resolve).on("end", () => resolve(null)));
    client.query(query);

    // The session's owner on the server is the proxy's login: no token's role may see its state or signal it.
    await until(other, "select count(*)::int as n from pg_locks where locktype = 'advisory' and pid = $1", [rows[0].pid]);
    await assert.rejects(other.query("select pg_cancel_backend($1)", [rows[0].pid]), { code: "42501" });
    new pg.Client({ ...config, ssl: false }).cancel(client, query);
    assert.equal((await ended)?.code, "57014");
    assert.equal((await client.query("select 1 as n")).rows[0].n, 1);
    await client.query("set statement_timeout = 200");
    await assert.rejects(client.query("select pg_sleep(60)"), { code: "57014" });
    await client.end();
    await other.end();
  },

  async notify() {
    const client = await connect();
    const heard = new Promise((resolve) => client.on("notification", resolve));
    await client.query("listen node_news");
    const other = await connect();
    await other.query("select pg_notify('node_news', 'fresh')");
    assert.equal((await heard).payload, "fresh");
    await client.end();
    await other.end();
  },

  // Five clients on two server connections; all call their statements the same.
  async pooled() {
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect()));
    for (let turn = 0; turn < 20; turn++) {
      const answers = await Promise.all(clients.map((client, n) => client.query({ name: "mine", text: `select ${n} as n, $1::int as turn`, values: [turn] })));
      assert.deepEqual(answers.map((each) => each.rows[0]), clients.map((_, n) => ({ n, turn })));
      await Promise.all(clients.map((client) => assert.rejects(client.query({ name: "wrong", text: "select 1 / $1::int", values: [0] }), { code: "22012" })));
    }
    const [client, other] = clients;
    await client.query("begin");
    await client.query("set local work_mem = '4321kB'");
    assert.equal((await other.query("show work_mem")).rows[0].work_mem === "4321kB", false);
    assert.equal((await client.query("show work_mem")).rows[0].work_mem, "4321kB");
    await client.query("commit");
    const query = new pg.Query("select pg_advisory_xact_lock(7654), pg_sleep(60)");
    const ended = new Promise((resolve) => query.on("error", resolve).on("end", () => resolve(null)));
    client.query(query);
    await until(other, "select count(*)::int as n from pg_locks where locktype = 'advisory' and objid = $1", [7654]);
    new pg.Client({ ...config, ssl: false }).cancel(client, query);
    assert.equal((await ended)?.code, "57014");
    assert.equal((await client.query("select 1 as n")).rows[0].n, 1);
    await Promise.all(clients.map((each) => each.end()));
  },

  async refused() {
    await assert.rejects(connect({ password: "wrong" }), (error) => error.code === "28000" && /access token/.test(error.message) && !/wrong/.test(error.message));
    await assert.rejects(connect({ ssl: false }), { code: "28000" });
    await assert.rejects(connect({ ssl: { rejectUnauthorized: true } }), { code: /SELF_SIGNED|UNABLE_TO/ });
  },
};

async function until(client, text, values) {
  for (let attempt = 0; attempt < 500; attempt++) {
    const { rows } = await client.query(text, values);
    if (rows[0].n > 0) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it never began");
}

await checks[process.argv[2]]();
console.log("passed");
