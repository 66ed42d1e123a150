"""The laboratory: one Debian root with PostgreSQL 18, PgBouncer, Odyssey and pgbench, and a database to ask."""

import fcntl
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import debian
from debian import LabError
from progress import say

PACKAGES = "postgresql-18,pgbouncer,odyssey,openssl"
BINARIES = "/usr/lib/postgresql/18/bin"
DATABASE = "bench"
ROLE = "app"
SERVICE = "pgoauth_service"
PASSWORD = "secret"
# md5 and the filler make a row of 142 bytes: 4,000,000 of them are 570 MB of COPY.
BIG_ROWS = 4_000_000


class Laboratory:
    """Everything lies in one folder, so that removing it removes the laboratory."""

    def __init__(self, folder, port):
        self.folder = pathlib.Path(folder)
        self.root = self.folder / "root"
        self.work = self.root / "lab"
        self.port = port
        self._children = []
        self._lock = None

    def prepare(self):
        """Installs what is missing. The first time takes two minutes and downloads 150 MB."""
        if os.geteuid() != 0:
            raise LabError("The laboratory is a Debian root of its own and needs chroot: run this as root.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = open(self.folder / "lock", "w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LabError(f"Another run uses the laboratory in {self.folder}: wait for it, or name another folder with --lab.") from None
        self.require_free(self.port)
        if not self.root.exists():
            with self.log("debootstrap") as log:
                debian.install(self.root, PACKAGES, log)
        self.work.mkdir(exist_ok=True)
        os.chown(self.work, *self._owner("postgres"))
        self._certificate()

    def versions(self):
        """What was measured with."""
        postgres = self._version(f"{BINARIES}/postgres")
        return {"PostgreSQL": postgres, "pgbench": self._version(f"{BINARIES}/pgbench"),
                "PgBouncer": self._version("pgbouncer"), "Odyssey": debian.package_version(self.root, "odyssey")}

    def start(self):
        """Starts PostgreSQL and makes the database when it is not there."""
        if not (self.work / "data" / "PG_VERSION").exists():
            say("creating the database cluster")
            self._checked(f"{BINARIES}/initdb", "-D", "/lab/data", "-U", "postgres", "-A", "trust", "--no-locale", "-E", "UTF8")
            # Nothing here may be lost on a crash, and nothing is to happen on its own while a run lasts.
            (self.work / "data" / "postgresql.conf").write_text(
                "listen_addresses='127.0.0.1'\nunix_socket_directories=''\nmax_connections=1000\nshared_buffers=512MB\n"
                "fsync=off\nsynchronous_commit=off\nautovacuum=off\nmax_wal_size=8GB\ndynamic_shared_memory_type=mmap\n")
        postgres = self.spawn("postgres", f"{BINARIES}/postgres", "-D", "/lab/data", "-p", str(self.port), stop_signal="INT")
        self.wait_for(self.port, postgres)
        self._until_recovered()
        self._fill()

    def stop(self):
        """Ends what was started, the last first."""
        for process in reversed(self._children):
            end(process)
        self._children.clear()

    def spawn(self, name, *command, stop_signal="TERM"):
        """Starts a server in the root as its user postgres; it ends with this program, however this program ends."""
        process = subprocess.Popen(
            [*self._enter("--pdeathsig", stop_signal), *command], stdin=subprocess.DEVNULL, stdout=self.log(name), stderr=subprocess.STDOUT)
        process.stop_signal = signal.Signals[f"SIG{stop_signal}"]
        self._children.append(process)
        return process

    def guest(self, *folders):
        """The beginning of a command line that runs a program of this machine in the root: with its libraries, and with these folders where they are here."""
        places = ["/proc", "/sys", *(str(folder) for folder in folders)]
        script = ('set -e; root=$1; count=$2; shift 2; mount --make-rprivate /; '
                  'while [ "$count" -gt 0 ]; do mkdir -p "$root$1"; mount --rbind "$1" "$root$1"; shift; count=$((count - 1)); done; exec chroot "$root" "$@"')
        return ["setpriv", "--pdeathsig", "TERM", "--", "unshare", "--mount", "sh", "-c", script, "sh", str(self.root), str(len(places)), *places]

    def command(self, *command, env=None):
        """A command line that runs in the root, with these variables only."""
        variables = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "HOME": "/lab", **(env or {})}
        return [*self._enter("--pdeathsig", "KILL"), "env", "-i", "-C", "/lab", *(f"{k}={v}" for k, v in variables.items()), *command]

    def sql(self, text, database=DATABASE):
        """Asks PostgreSQL itself."""
        return self._checked(f"{BINARIES}/psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-X", "-v", "ON_ERROR_STOP=1",
                             "-At", "-c", text, database).strip()

    def log(self, name):
        """A file for the output of one server."""
        return open(self.folder / f"{name}.log", "ab")

    def write(self, name, text):
        """A file that the servers read; its path in the root."""
        (self.work / name).write_text(text)
        return f"/lab/{name}"

    @staticmethod
    def require_free(port):
        """Two servers on one port would measure each other."""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise LabError(f"Port {port} is in use: choose others with --ports.")

    @staticmethod
    def wait_for(port, process, seconds=30):
        """Waits until the process listens."""
        end_at = time.monotonic() + seconds
        while time.monotonic() < end_at and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise LabError(f"The server for port {port} did not start; see the logs in the laboratory's folder.")

    def _enter(self, *privileges):
        return ["chroot", str(self.root), "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *privileges, "--"]

    def _certificate(self):
        if not (self.work / "cert.pem").exists():
            self._checked("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/lab/key.pem", "-out", "/lab/cert.pem",
                          "-days", "3650", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")

    def _fill(self):
        if self.sql(f"select count(*) from pg_database where datname = '{DATABASE}'", "postgres") != "0":
            if self.sql("select to_regclass('ready') is not null") == "t":
                return
            self.sql(f"drop database {DATABASE} with (force)", "postgres")
        say("filling the database: pgbench scale 10, and a table of 570 MB")
        self.sql(f"create database {DATABASE}", "postgres")
        self._checked(f"{BINARIES}/pgbench", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-i", "-s", "10", "-q", DATABASE)
        self.sql(f"create table big as select i, md5(i::text) a, repeat('x', 100) b from generate_series(1, {BIG_ROWS}) i")
        self.sql(f"""do $$ begin
            if to_regrole('{ROLE}') is null then create role {ROLE} login; end if;
            if to_regrole('{SERVICE}') is null then create role {SERVICE} login noinherit; end if; end $$""")
        # PgBouncer and Odyssey log in as the very role that PgOAuth's sessions become, so that the server does the same work.
        self.sql(f"grant {ROLE} to {SERVICE}")
        self.sql(f"grant select, insert, update, delete on all tables in schema public to {ROLE}")
        self.sql("vacuum analyze")
        self.sql("create table ready()")

    def _until_recovered(self, seconds=120):
        """It listens before it can be asked: after a run that was killed it reads its log first."""
        until = time.monotonic() + seconds
        while subprocess.run(self.command(f"{BINARIES}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port))).returncode != 0:
            if time.monotonic() > until:
                raise LabError(f"PostgreSQL did not become ready in {seconds} s; see {self.folder}/postgres.log.")
            time.sleep(0.1)

    def _checked(self, *command):
        done = subprocess.run(self.command(*command), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise LabError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def _version(self, program):
        return re.search(r"\d+(\.\d+)+", self._checked(program, "--version")).group(0)

    def _owner(self, name):
        for line in (self.root / "etc" / "passwd").read_text().splitlines():
            fields = line.split(":")
            if fields[0] == name:
                return int(fields[2]), int(fields[3])
        raise LabError(f"The root in {self.root} has no user {name}: remove it and start again.")


def end(process):
    """Ends a process politely, and then not."""
    if process.poll() is None:
        process.send_signal(getattr(process, "stop_signal", signal.SIGTERM))
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
