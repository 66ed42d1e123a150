"""Drives psycopg 3. Argument: the check. Environment: PGOAUTH_CONNINFO, PGPASSWORD (the token)."""
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


globals()[sys.argv[1]]()
print("passed")
