"""Drives psycopg2. Argument: the check. Environment: PGOAUTH_CONNINFO, PGPASSWORD (the token)."""
import io
import os
import select
import sys
import threading

import psycopg2
import psycopg2.errors
import psycopg2.extras

conninfo = os.environ["PGOAUTH_CONNINFO"]


def query():
    with psycopg2.connect(conninfo) as conn, conn.cursor() as cur:
        assert conn.info.ssl_in_use
        cur.execute("select current_user, %s + 1, %s, %s::jsonb", (41, ["a", "b"], '{"k": [1, null]}'))
        assert cur.fetchone() == ("engineer", 42, ["a", "b"], {"k": [1, None]})
        cur.execute("create temporary table many (n int)")
        psycopg2.extras.execute_values(cur, "insert into many values %s", [(n,) for n in range(1000)])
        cur.execute("select sum(n) from many")
        assert cur.fetchone() == (499500,)


def cursor():
    with psycopg2.connect(conninfo) as conn, conn.cursor(name="slow") as cur:
        cur.itersize = 100
        cur.execute("select generate_series(1, 5000)")
        assert sum(row[0] for row in cur) == 12502500


def copy():
    with psycopg2.connect(conninfo) as conn, conn.cursor() as cur:
        cur.execute("create temporary table copied (n int, said text)")
        lines = "".join("%d\tline %d\n" % (n, n) for n in range(20000))
        cur.copy_expert("copy copied from stdin", io.StringIO(lines))
        out = io.StringIO()
        cur.copy_expert("copy copied to stdout", out)
        assert out.getvalue() == lines


def cancel():
    conn = psycopg2.connect(conninfo)
    conn.autocommit = True
    with conn.cursor() as cur:
        timer = threading.Timer(0.5, conn.cancel)
        timer.start()
        try:
            cur.execute("select pg_sleep(60)")
            raise AssertionError("it was not cancelled")
        except psycopg2.errors.QueryCanceled:
            pass
        timer.join()
        cur.execute("select 'still here'")
        assert cur.fetchone() == ("still here",)
    conn.close()


def notify():
    conn = psycopg2.connect(conninfo)
    conn.autocommit = True
    other = psycopg2.connect(conninfo)
    other.autocommit = True
    conn.cursor().execute("listen psycopg2_news")
    other.cursor().execute("select pg_notify('psycopg2_news', 'fresh')")
    assert select.select([conn], [], [], 30) != ([], [], [])
    conn.poll()
    assert conn.notifies.pop().payload == "fresh"


def refused():
    os.environ["PGPASSWORD"] = "wrong"
    try:
        psycopg2.connect(conninfo)
        raise AssertionError("it got in")
    except psycopg2.OperationalError as error:
        assert "the access token" in str(error), error
        assert "wrong" not in str(error), error
    with_role = None
    try:
        os.environ["PGPASSWORD"] = os.environ["PGOAUTH_TOKEN"]
        with_role = psycopg2.connect(conninfo)
        with_role.cursor().execute("set session authorization pgoauth_service")
        raise AssertionError("the role was changed")
    except psycopg2.errors.InsufficientPrivilege:
        with_role.rollback()


def pooled():
    """Five connections on two server connections."""
    conns = [psycopg2.connect(conninfo) for _ in range(5)]
    for n, conn in enumerate(conns):
        conn.autocommit = True
        conn.cursor().execute("set application_name = %s", ("five %d" % n,))
    for turn in range(20):
        for n, conn in enumerate(conns):
            with conn.cursor() as cur:
                cur.execute("select %s, current_setting('application_name')", (turn,))
                assert cur.fetchone() == (turn, "five %d" % n)
    first = conns[0]
    first.autocommit = False
    with first, first.cursor(name="slow") as slow:
        slow.itersize = 10
        slow.execute("select generate_series(1, 100)")
        for (value,) in slow:
            with conns[value % 4 + 1].cursor() as cur:
                cur.execute("select %s", (value,))
                assert cur.fetchone() == (value,)
    for conn in conns:
        conn.close()


globals()[sys.argv[1]]()
print("passed")
