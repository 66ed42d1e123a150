"""Drives psycopg 3. Argument: the check. Environment: PGOAUTH_CONNINFO, PGPASSWORD (the token)."""
import contextlib
import os
import sys
import threading

import psycopg

conninfo = os.environ["PGOAUTH_CONNINFO"]


def query():
    with psycopg.connect(conninfo) as conn:
        assert conn.pgconn.ssl_in_use
        row = conn.execute("select current_user, %s::int + 1, %s::text[], %s::jsonb", (41, ["a", "b"], '{"k": [1, null]}')).fetchone()
        assert row == ("engineer", 42, ["a", "b"], {"k": [1, None]}), row
        for n in range(20):
            assert conn.execute("select %s * 2", (n,), prepare=True).fetchone() == (n * 2,)
        cur = conn.cursor(binary=True)
        blob = bytes(range(256)) * 40000
        assert cur.execute("select %b", (blob,)).fetchone()[0] == blob


def pipeline():
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("create temporary table piped (n int primary key)")
        with conn.pipeline():
            cur = conn.cursor()
            cur.executemany("insert into piped values (%s)", [(n,) for n in range(500)])
            total = conn.execute("select sum(n) from piped")
            assert total.fetchone() == (124750,)
        try:
            with conn.pipeline():
                conn.execute("insert into piped values (1000)")
                conn.execute("insert into piped values (1)")
                conn.execute("insert into piped values (1001)")
            raise AssertionError("the pipeline did not fail")
        except psycopg.errors.UniqueViolation:
            pass
        assert conn.execute("select count(*) from piped where n >= 1000").fetchone() == (0,)
        try:
            with conn.pipeline():
                conn.execute("insert into piped values (2000)")
                conn.execute("set role analyst")
                conn.execute("insert into piped values (2001)")
            raise AssertionError("the role was changed")
        except psycopg.errors.InsufficientPrivilege:
            pass
        assert conn.execute("select count(*), current_user from piped where n >= 2000").fetchone() == (0, "engineer")


def cursor():
    with psycopg.connect(conninfo) as conn:
        with conn.cursor(name="slow") as cur:
            cur.itersize = 100
            cur.execute("select generate_series(1, 5000)")
            assert sum(row[0] for row in cur) == 12502500
        with conn.cursor(name="there", scrollable=True) as cur:
            cur.execute("select generate_series(1, 100)")
            cur.scroll(49)
            assert cur.fetchone() == (50,)


def copy():
    with psycopg.connect(conninfo) as conn:
        conn.execute("create temporary table copied (n int, said text)")
        with conn.cursor().copy("copy copied from stdin") as into:
            for n in range(20000):
                into.write_row((n, "tab\there, back\\slash, Z\n%d" % n))
        with conn.cursor().copy("copy copied to stdout (format binary)") as out:
            out.set_types(["int4", "text"])
            rows = list(out.rows())
        assert len(rows) == 20000 and rows[7] == (7, "tab\there, back\\slash, Z\n7"), rows[7]
        try:
            with conn.cursor().copy("copy copied from stdin") as into:
                into.write_row((1, "x"))
                raise ZeroDivisionError
        except psycopg.errors.QueryCanceled:
            pass
        conn.rollback()
        assert conn.execute("select 1").fetchone() == (1,)


def cancel():
    with psycopg.connect(conninfo, autocommit=True) as conn:
        timer = threading.Timer(0.5, conn.cancel)
        timer.start()
        try:
            conn.execute("select pg_sleep(60)")
            raise AssertionError("it was not cancelled")
        except psycopg.errors.QueryCanceled:
            pass
        timer.join()
        assert conn.execute("select 'still here'").fetchone() == ("still here",)


def notify():
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("listen psycopg_news")
        with psycopg.connect(conninfo, autocommit=True) as other:
            other.execute("select pg_notify('psycopg_news', 'fresh')")
        assert next(conn.notifies()).payload == "fresh"


def refused():
    os.environ["PGPASSWORD"] = "wrong"
    try:
        psycopg.connect(conninfo)
        raise AssertionError("it got in")
    except psycopg.OperationalError as error:
        assert "the access token" in str(error), error
        assert "wrong" not in str(error), error


def pooled():
    """Five connections on two server connections, each with statements of its own under the driver's names (_pg3_0, ...)."""
    with contextlib.ExitStack() as stack:
        conns = [stack.enter_context(psycopg.connect(conninfo, autocommit=True)) for _ in range(5)]
        for n, conn in enumerate(conns):
            conn.prepare_threshold = n % 3
            conn.prepared_max = 4
        for turn in range(20):
            for n, conn in enumerate(conns):
                assert conn.execute("select %%s::int + %d /* %d */" % (n, turn % 7), (turn,)).fetchone() == (turn + n,)
                with conn.pipeline():
                    rows = [conn.execute("select %%s::int, %d /* %d */" % (n, k), (turn,)) for k in range(6)]
                assert [row.fetchone() for row in rows] == [(turn, n)] * 6
                try:
                    with conn.pipeline():
                        # Not prepared: the driver would believe in statements that were discarded.
                        conn.execute("select %s::int", (n,), prepare=False)
                        conn.execute("select 1 / %s::int", (0,), prepare=False)
                        conn.execute("select 1", prepare=False)
                    raise AssertionError("the pipeline did not fail")
                except psycopg.errors.DivisionByZero:
                    pass
        with conns[0].transaction(), conns[0].cursor(name="slow") as slow:
            slow.itersize = 10
            slow.execute("select generate_series(1, 100)")
            total = 0
            for (value,) in slow:
                total += value
                assert conns[value % 4 + 1].execute("select %s::int", (value,), prepare=True).fetchone() == (value,)
            assert total == 5050
        with conns[1].transaction():
            conns[1].execute("set local work_mem = '4321kB'")
            assert conns[1].execute("show work_mem").fetchone() == ("4321kB",)
        assert conns[1].execute("show work_mem").fetchone() != ("4321kB",)


globals()[sys.argv[1]]()
print("passed")
