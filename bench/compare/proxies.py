"""The contenders: how each is set up, started and logged in to. All have the same pool sizes and the same role upstream."""

import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import time

from lab import BINARIES, DATABASE, PASSWORD, ROLE, SERVICE, LabError, Laboratory, end

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DOTNET = os.path.realpath(shutil.which("dotnet") or "dotnet")
CONSOLE = REPOSITORY / "samples" / "PgOAuth.Samples.Console"
PROBE = REPOSITORY / "bench" / "compare" / "AllocationProbe"
SESSION_POOL = 100
TRANSACTION_POOL = 20
MANY_CLIENTS = 15000
# What the gate asks for: what pgbench does, and nothing beyond, among rules for others as a real policy has them.
SCOPE = "bench:write"
POLICY = {
    "scopes": {
        SCOPE: {"allow": [
            {"statements": ["select", "update"], "relations": ["public.pgbench_accounts", "public.pgbench_branches", "public.pgbench_tellers"]},
            {"statements": ["insert"], "relations": ["public.pgbench_history"]}]},
        "bench:read": {"allow": [{"statements": ["select"], "relations": ["public.pgbench_*"]}]},
        "orders:read": {"allow": [{"statements": ["select"], "relations": ["sales.*"]}]},
    },
    "deny": [{"relations": ["hr.*"]}],
}


class Proxy:
    """One proxy in one mode: a process, a port, and what a client needs to log in."""

    def __init__(self, name, lab, port, *, pool, tls=False):
        self.name = name
        self.lab = lab
        self.port = port
        self.pool = pool
        self.tls = tls
        self.password = ""
        self._process = None

    @property
    def pid(self):
        """The process to look at."""
        return self._process.pid

    @property
    def pool_size(self):
        """How many server connections it may have."""
        return TRANSACTION_POOL if self.pool == "transaction" else SESSION_POOL

    def environment(self):
        """What libpq is told."""
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": ROLE, "PGDATABASE": DATABASE, "PGPASSWORD": self.password,
                "PGSSLMODE": "require" if self.tls else "disable", "PGGSSENCMODE": "disable"}

    def start(self):
        """Starts it, unless it runs."""
        if self._process is None:
            Laboratory.require_free(self.port)
            self._process = self._launch()
            self.lab.wait_for(self.port, self._process)

    def stop(self):
        """Stops it, if it runs."""
        if self._process is not None:
            end(self._process)
            self._process = None

    def refuses(self, text, state):
        """Whether a statement ends with this SQLSTATE."""
        done = subprocess.run(
            self.lab.command(f"{BINARIES}/psql", "-X", "-v", "VERBOSITY=sqlstate", "-c", text, env=self.environment()),
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.returncode != 0 and state in done.stderr

    def require_alive(self):
        """A proxy that died must not be reported as fast."""
        if self._process is None or self._process.poll() is not None:
            raise LabError(f"{self.name} is not running any more; see the logs in {self.lab.folder}.")

    def _launch(self):
        raise NotImplementedError


class PgBouncer(Proxy):
    """One process, one thread. `auth`: trust, plain (the client sends the password), scram (the password stands in its file) or scram-stored (the secret of it does)."""

    def __init__(self, lab, port, *, pool, tls=False, auth="trust"):
        super().__init__("PgBouncer", lab, port, pool=pool, tls=tls)
        self._auth = auth
        self.password = PASSWORD

    def _launch(self):
        label = f"pgbouncer-{self.port}"
        secret = self._stored_secret() if self._auth == "scram-stored" else PASSWORD
        users = self.lab.write(f"{label}.users", f'"{ROLE}" "{secret}"\n')
        # Without a file of authorities it looks for the system's, which the root does not have.
        encrypted = "client_tls_sslmode=require\nclient_tls_key_file=/lab/key.pem\nclient_tls_cert_file=/lab/cert.pem\nclient_tls_ca_file=/lab/cert.pem\n" if self.tls else ""
        settings = self.lab.write(f"{label}.ini", (
            f"[databases]\n{DATABASE} = host=127.0.0.1 port={self.lab.port}\n"
            f"[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port={self.port}\nunix_socket_dir=\n"
            f"auth_type={self._auth if self._auth in ('trust', 'plain') else 'scram-sha-256'}\nauth_file={users}\n"
            f"pool_mode={self.pool}\ndefault_pool_size={self.pool_size}\nmax_client_conn={MANY_CLIENTS}\n"
            f"max_prepared_statements=200\nlog_connections=0\nlog_disconnections=0\n{encrypted}"))
        return self.lab.spawn(label, "pgbouncer", settings, stop_signal="QUIT")

    def _stored_secret(self):
        """The SCRAM secret as PostgreSQL makes and keeps it."""
        self.lab.sql(f"alter role {ROLE} password '{PASSWORD}'")
        return self.lab.sql(f"select rolpassword from pg_authid where rolname = '{ROLE}'")


class Odyssey(Proxy):
    """One worker, as PgBouncer has."""

    def __init__(self, lab, port, *, pool, tls=False):
        super().__init__("Odyssey", lab, port, pool=pool, tls=tls)

    def _launch(self):
        label = f"odyssey-{self.port}"
        encrypted = 'tls "require" tls_key_file "/lab/key.pem" tls_cert_file "/lab/cert.pem"' if self.tls else ""
        reserve = "pool_reserve_prepared_statement yes" if self.pool == "transaction" else ""
        settings = self.lab.write(f"{label}.conf", f"""
daemonize no
pid_file "/lab/{label}.pid"
log_format "%p %t %l [%i %s] (%c) %m\\n"
log_to_stdout yes
log_config no
log_debug no
log_session no
log_stats no
log_query no
workers 1
coroutine_stack_size 24
listen {{ host "127.0.0.1" port {self.port} {encrypted} }}
storage "server" {{ type "remote" host "127.0.0.1" port {self.lab.port} }}
database default {{ user default {{
  authentication "none" storage "server" pool "{self.pool}" pool_size {self.pool_size} {reserve}
}} }}
""")
        return self.lab.spawn(label, "odyssey", settings, stop_signal="KILL")


class PgOAuth(Proxy):
    """The sample's `serve` with an issuer of its own; clients log in with a real token of that issuer.

    It runs in the root as the others do: a C library or an OpenSSL of another age would be measured along with it."""

    def __init__(self, lab, port, *, pool, tls=False, transport="auto", loops=1, probe=False, gate=None):
        super().__init__("PgOAuth", lab, port, pool=pool, tls=tls)
        self._transport = transport
        self._loops = loops
        self._probe = probe
        self._gate = gate

    @staticmethod
    def build():
        """A release build of the sample and of the probe."""
        for project in (CONSOLE, PROBE):
            done = subprocess.run([DOTNET, "build", "-c", "Release", "-v", "q", "--nologo", str(project)], capture_output=True, text=True)
            if done.returncode != 0:
                raise LabError(f"dotnet build failed:\n{done.stdout[-2000:]}")

    def start(self):
        super().start()
        if not self.password:
            self.password = subprocess.run(
                [*self._console(), "token", "--sub", "bench", "--groups", "engineers", "--scope", SCOPE, "--lifetime", "12h"],
                check=True, capture_output=True, text=True, env=self._variables()).stdout.strip()

    def stop(self):
        super().stop()
        # The next process has another issuer.
        self.password = ""

    def allocated(self):
        """The bytes that the process has allocated since it started, to the byte."""
        self._answer.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if self._answer.exists():
                return int(self._answer.read_text())
            time.sleep(0.01)
        raise LabError("The allocation probe does not answer.")

    @property
    def _data(self):
        return self.lab.folder / f"pgoauth-{self.port}"

    @property
    def _answer(self):
        return self._data / "allocated"

    @staticmethod
    def _console():
        return [DOTNET, str(CONSOLE / "bin" / "Release" / "net10.0" / "PgOAuth.Samples.Console.dll")]

    def _variables(self):
        probe = {"DOTNET_STARTUP_HOOKS": str(PROBE / "bin" / "Release" / "net10.0" / "PgOAuth.AllocationProbe.dll"),
                 "PGOAUTH_ALLOCATED_FILE": str(self._answer)} if self._probe else {}
        return {**os.environ, "PGOAUTH_DATA": str(self._data), **probe}

    def _launch(self):
        self._data.mkdir(exist_ok=True)
        config = self._data / "limits.json"
        # The caps would refuse what the rows with thousands of clients from one address want.
        config.write_text(json.dumps({"PgOAuth": {"Limits": {
            "MaxConnections": MANY_CLIENTS, "MaxConnectionsPerAddress": MANY_CLIENTS, "MaxUnauthenticatedConnections": MANY_CLIENTS}}}))
        command = [
            *self.lab.guest(pathlib.Path(DOTNET).parent, REPOSITORY, self._data), *self._console(), "serve", "--listen", f"127.0.0.1:{self.port}",
            "--upstream", f"Host=127.0.0.1;Port={self.lab.port};Username={SERVICE};Database={DATABASE};SSL Mode=Disable",
            "--map", f"groups=engineers:{ROLE}", "--config", str(config), "--exchange", "password", "--log", "Warning",
            "--transport", self._transport, "--loops", str(self._loops), "--pool", self.pool, "--pool-size", str(self.pool_size)]
        if not self.tls:
            command.append("--plaintext")
        if self._gate:
            policy = self._data / "policy.json"
            policy.write_text(json.dumps(POLICY))
            command += ["--gate", self._gate, "--policy", str(policy)]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.lab.log(f"pgoauth-{self.port}"), env=self._variables())
        self._await_ready(process)
        return process

    def _await_ready(self, process):
        until, output = time.monotonic() + 60, b""
        while time.monotonic() < until:
            if select.select([process.stdout], [], [], 0.5)[0]:
                piece = os.read(process.stdout.fileno(), 65536)
                output += piece
                if b"\nready " in output:
                    return
                if not piece:
                    break
        end(process)
        raise LabError(f"PgOAuth did not start; see {self.lab.folder}/pgoauth-{self.port}.log.")
