"""The rows of the table: who runs in each, and the bar that PgOAuth has to reach."""

import dataclasses
import functools
from typing import Callable

import measure
from proxies import Odyssey, PgBouncer, PgOAuth

MODES = ("simple", "extended", "prepared")


@dataclasses.dataclass
class Bar:
    """One line of the table."""

    title: str
    metric: str
    # "<=" or ">="
    sense: str
    limit: float
    # The contender that PgOAuth is divided by; None: the figure itself is compared.
    against: str | None = "PgBouncer"
    digits: int = 1
    # A single error counts, however good the median is.
    worst: bool = False


@dataclasses.dataclass
class Row:
    """What runs in turn, and what is read off it."""

    title: str
    contenders: dict[str, Callable[[float], dict]]
    bars: list[Bar]


@dataclasses.dataclass
class Group:
    """Rows that share running proxies."""

    key: str
    proxies: list
    rows: list[Row]
    # A row that starts its own processes each time has nothing to warm up.
    warms_up: bool = True
    check: Callable[[], None] = lambda: None


class Catalogue:
    """All groups, for one laboratory and one set of options."""

    def __init__(self, lab, options):
        self._lab = lab
        self._options = options
        self._next_port = lab.port
        self.groups = {
            "session": self._pool("session", "session pool", cpu=1.0),
            "transaction": self._pool("transaction", "transaction pool", cpu=1.0),
            "tls": self._pool("session", "session pool, client TLS", cpu=1.2, tls=True, key="tls"),
            "many": self._many(),
            "connect": self._connect(),
            "copy": self._copy(),
            "allocation": self._allocation(),
            "idle": self._idle(),
            "crowd": self._crowd(),
            "gate": self._gate(),
        }

    def _port(self):
        self._next_port += 1
        return self._next_port

    def _pgoauth(self, **said):
        return PgOAuth(self._lab, self._port(), transport=self._options.transport, loops=self._options.loops, **said)

    def _pgbouncer(self, **said):
        return PgBouncer(self._lab, self._port(), **said)

    def _odyssey(self, **said):
        # Odyssey is there for comparison only.
        return [] if self._options.without_odyssey else [Odyssey(self._lab, self._port(), **said)]

    def _trio(self, **said):
        return [self._pgoauth(**said), self._pgbouncer(**said), *self._odyssey(**said)]

    def _pool(self, pool, title, *, cpu, tls=False, key=None):
        proxies = self._trio(pool=pool, tls=tls)
        rows = [Row(
            f"{title}, {mode}",
            {proxy.name: functools.partial(measure.transactions, proxy, mode=mode) for proxy in proxies},
            [Bar(f"{title}, {mode}: processor time, µs/tx", "cpu", "<=", cpu, digits=2),
             Bar(f"{title}, {mode}: tps", "tps", ">=", 1.0, digits=0)]) for mode in MODES]
        return Group(key or pool, proxies, rows)

    def _many(self):
        proxies = self._trio(pool="transaction")
        title = "500 clients on a pool of 20"
        return Group("many", proxies, [Row(
            title,
            # pgbench's clock runs while it connects all of them.
            {proxy.name: lambda seconds, proxy=proxy: measure.transactions(proxy, max(seconds, 4), clients=500) for proxy in proxies},
            [Bar(f"{title}: processor time, µs/tx", "cpu", "<=", 1.0, digits=2), Bar(f"{title}: tps", "tps", ">=", 1.0, digits=0)])])

    def _connect(self):
        proxies = {
            "PgOAuth": self._pgoauth(pool="transaction"),
            "PgBouncer, SCRAM": self._pgbouncer(pool="transaction", auth="scram"),
            "PgBouncer, SCRAM secret": self._pgbouncer(pool="transaction", auth="scram-stored"),
            "PgBouncer, trust": self._pgbouncer(pool="transaction"),
            "PgBouncer, plain": self._pgbouncer(pool="transaction", auth="plain"),
            **{proxy.name: proxy for proxy in self._odyssey(pool="transaction")},
        }
        title = "connect, one query, goodbye; a second"
        return Group("connect", list(proxies.values()), [Row(
            title,
            {label: functools.partial(measure.transactions, proxy, connect=True) for label, proxy in proxies.items()},
            [Bar(f"{title}: known token, and SCRAM with the password in a file", "tps", ">=", 20, "PgBouncer, SCRAM", digits=0),
             Bar(f"{title}: known token, and SCRAM with its secret in a file", "tps", ">=", 0, "PgBouncer, SCRAM secret", digits=0),
             Bar(f"{title}: known token, and trust", "tps", ">=", 0.7, "PgBouncer, trust", digits=0),
             # The same round trips as a token has: what a proxy of C does with them.
             Bar(f"{title}: known token, and a password in clear", "tps", ">=", 0, "PgBouncer, plain", digits=0)])])

    def _copy(self):
        proxies = self._trio(pool="session")

        def check():
            sizes = {proxy.name: measure.copied_bytes(proxy) for proxy in proxies}
            if len(set(sizes.values())) != 1:
                raise measure.LabError(f"COPY gives different amounts: {sizes}")

        return Group("copy", proxies, [Row(
            "COPY out of 570 MB",
            {proxy.name: lambda _, proxy=proxy: measure.copy_out(proxy) for proxy in proxies},
            [Bar("COPY out of 570 MB, seconds", "seconds", "<=", 1.0, digits=2)])], check=check)

    def _allocation(self):
        plaintext, tls = self._pgoauth(pool="transaction", probe=True), self._pgoauth(pool="session", tls=True, probe=True)
        cases = [("transaction pool", plaintext, mode) for mode in MODES] + [("session pool, client TLS", tls, "simple")]
        # The smallest object has 24 bytes: half a byte is one object in 48 transactions.
        rows = [Row(
            f"allocation, {title}, {mode}",
            # The runtime's own thousands of bytes must not look like something for each transaction.
            {"PgOAuth": lambda seconds, proxy=proxy, mode=mode: measure.allocation(proxy, max(seconds, 3), mode=mode)},
            [Bar(f"bytes allocated per transaction, {title}, {mode}", "bytes", "<=", 0.5, None)]) for title, proxy, mode in cases]
        return Group("allocation", [plaintext, tls], rows)

    def _idle(self):
        count = self._options.idle_clients
        proxies = self._trio(pool="transaction")

        def fresh(proxy, _):
            proxy.start()
            try:
                return measure.idle_memory(proxy, count)
            finally:
                proxy.stop()

        return Group("idle", [], [Row(
            f"{count:,} idle clients",
            {proxy.name: functools.partial(fresh, proxy) for proxy in proxies},
            [Bar(f"resident memory per idle client, {count:,} clients, plaintext, bytes", "bytes", "<=", 4000, None, digits=0)])], warms_up=False)

    def _crowd(self):
        count = self._options.crowd_clients
        proxies = [self._pgoauth(pool="transaction"), self._pgbouncer(pool="transaction")]
        title = f"{count:,} clients, 50 active"
        return Group("crowd", proxies, [Row(
            title,
            {proxy.name: lambda seconds, proxy=proxy: measure.crowd(proxy, seconds, count) for proxy in proxies},
            [Bar(f"{title}: errors", "errors", "<=", 0, None, digits=0, worst=True),
             Bar(f"{title}: p99 over that of 50 alone", "times", "<=", 2.0, None, digits=2),
             Bar(f"{title}: p99, ms", "p99", "<=", float("inf"), None, digits=2)])], warms_up=False)

    def _gate(self):
        enforce, off = (self._pgoauth(pool="transaction", gate=gate) for gate in ("enforce", "off"))
        other = "PgOAuth, gate off"

        def row(title, limit, run):
            title = f"gate enforce, and off: {title}"
            return Row(title, {"PgOAuth": functools.partial(run, enforce), other: functools.partial(run, off)},
                       [Bar(f"{title}: processor time, µs/tx", "cpu", "<=", limit, other, digits=2),
                        Bar(f"{title}: tps", "tps", ">=", 0, other, digits=0)])

        def builtin(script, mode):
            return functools.partial(measure.transactions, script=script, mode=mode)

        def check():
            # The server itself would answer, for the role may read it.
            if not enforce.refuses(measure.COPY, "42501") or off.refuses("select 1 from big limit 1", "42501"):
                raise measure.LabError("The gate does not do what it is measured for.")

        return Group("gate", [enforce, off], [
            row("select, simple", 1.05, builtin(measure.SELECT, "simple")),
            row("select, prepared", 1.05, builtin(measure.SELECT, "prepared")),
            row("TPC-B, simple", 1.05, builtin(measure.TPC_B, "simple")),
            row("TPC-B, prepared", 1.05, builtin(measure.TPC_B, "prepared")),
            row(f"{measure.DISTINCT:,} distinct texts of each client", 1.3, measure.distinct_texts)], check=check)
