"""What is measured: each function drives one proxy once and gives its figures by name."""

import os
import re
import statistics
import subprocess
import time

from lab import BINARIES, DATABASE, ROLE, LabError
from progress import say
from wire import WireError, close_clients, open_clients

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
ALLOCATION_SETTLE = 1.5
IDLE_SETTLE = 3
# More than anything takes that works: what hangs is to be said, not waited for.
PATIENCE = 120
COPY = "copy big to stdout"
# What pgbench runs.
SELECT = ("-S",)
TPC_B = ("-b", "tpcb-like")
# Of each client, and one after the other: a cache that keeps fewer than all clients' texts has forgotten a text when it comes again.
DISTINCT = 10_000
# An integer by itself would not make it another text for whoever takes integers out; a name's digits do.
DISTINCT_SCRIPT = f"""\\set next (:next + 1) % {DISTINCT}
\\set text :next + {DISTINCT} * :client_id
\\set aid random(1, 1000000)
SELECT abalance AS balance_:text FROM pgbench_accounts WHERE aid = :aid;
"""
# What a measurement may end with instead of a figure.
FAILURES = (LabError, WireError, OSError)


def transactions(proxy, seconds, *, clients=8, mode="simple", connect=False, script=SELECT):
    """pgbench: transactions a second, and the proxy's processor time for each."""
    before = processor_seconds(proxy.pid)
    output = _pgbench(proxy, clients, mode, seconds, *(["-C"] if connect else []), script=script)
    used = processor_seconds(proxy.pid) - before
    proxy.require_alive()
    return {"tps": _tps(output), "cpu": used * 1e6 / _processed(output)}


def distinct_texts(proxy, seconds):
    """The same with a text that is another one each time."""
    return transactions(proxy, seconds, script=("-D", "next=0", "-f", proxy.lab.write("distinct.sql", DISTINCT_SCRIPT)))


def copy_out(proxy):
    """Seconds that psql needs for the big table."""
    started = time.monotonic()
    with open(os.devnull, "w") as nowhere:
        _output(_start(_copy_command(proxy), nowhere), proxy, 0)
    return {"seconds": time.monotonic() - started}


def copied_bytes(proxy):
    """How much that is; whoever loses some would be fast."""
    reading, writing = os.pipe()
    process = subprocess.Popen(_copy_command(proxy), stdin=subprocess.DEVNULL, stdout=writing)
    os.close(writing)
    count = 0
    with open(reading, "rb", buffering=0) as output:
        while piece := output.read(1 << 20):
            count += len(piece)
    if process.wait() != 0:
        raise LabError(f"psql failed through {proxy.name} after {count} bytes.")
    return count


def allocation(proxy, seconds, *, mode):
    """Managed bytes for each transaction while clients are connected, less what the process allocates anyway in the same time."""
    proxy.allocated()
    duration = seconds + 2 * ALLOCATION_SETTLE
    process = _start(_pgbench_command(proxy, 8, mode, duration))
    time.sleep(ALLOCATION_SETTLE)
    busy, window = _allocated_within(proxy, seconds)
    output = _output(process, proxy, duration)
    time.sleep(ALLOCATION_SETTLE)
    idle, _ = _allocated_within(proxy, seconds)
    return {"bytes": max(0, busy - idle) / (_tps(output) * window), "busy": busy, "idle": idle}


def idle_memory(proxy, count):
    """Resident bytes for each client that has logged in and says nothing. Wants a process that is fresh."""
    warm = open_clients(proxy.port, ROLE, DATABASE, proxy.password, 50)
    clients = []
    try:
        time.sleep(1)
        before = resident_bytes(proxy.pid)
        clients = open_clients(proxy.port, ROLE, DATABASE, proxy.password, count)
        time.sleep(IDLE_SETTLE)
        after = resident_bytes(proxy.pid)
        for client in clients[:: max(1, count // 10)]:
            client.query("select 1")
        return {"bytes": (after - before) / count, "total": after}
    finally:
        close_clients(warm + clients)


def crowd(proxy, seconds, count):
    """The slowest hundredth of 50 active clients, alone and among a crowd of idle ones; and what went wrong."""
    alone = _p99(proxy, seconds)
    errors, clients = 0, []
    try:
        clients = open_clients(proxy.port, ROLE, DATABASE, proxy.password, count, lambda done: say(f"    {done} clients"))
        among = _p99(proxy, seconds)
        errors += sum(not client.is_quiet() for client in clients)
        for client in clients:
            errors += _fails(client)
    finally:
        close_clients(clients)
    proxy.require_alive()
    return {"p99": among, "alone": alone, "times": among / alone, "errors": errors}


def processor_seconds(pid):
    """User and system time of all threads, ended ones included."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def resident_bytes(pid):
    """VmRSS."""
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+) kB", file.read()).group(1)) * 1024


def _p99(proxy, seconds):
    for old in proxy.lab.work.glob("latency.*"):
        old.unlink()
    _pgbench(proxy, 50, "simple", seconds, "-l", "--log-prefix=/lab/latency")
    # client, transaction, microseconds, script, when
    times = [int(line.split()[2]) for file in proxy.lab.work.glob("latency.*") for line in file.read_text().splitlines()]
    return statistics.quantiles(times, n=100)[98] / 1000


def _fails(client):
    try:
        client.query("select 1")
        return False
    except (WireError, OSError):
        return True


def _allocated_within(proxy, seconds):
    started = time.monotonic()
    before = proxy.allocated()
    time.sleep(seconds)
    return proxy.allocated() - before, time.monotonic() - started


def _pgbench_command(proxy, clients, mode, seconds, *more, script=SELECT):
    return proxy.lab.command(
        f"{BINARIES}/pgbench", "-n", *script, "-M", mode, "-c", str(clients), "-j", "1", "-T", str(max(1, round(seconds))), *more,
        env=proxy.environment())


def _pgbench(proxy, clients, mode, seconds, *more, script=SELECT):
    return _output(_start(_pgbench_command(proxy, clients, mode, seconds, *more, script=script)), proxy, seconds)


def _start(command, output=subprocess.PIPE):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, text=True)


def _output(process, proxy, seconds):
    """What the client printed; it ends with an error when the client did or when it hangs."""
    try:
        output = process.communicate(timeout=seconds + PATIENCE)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        # Without the cause: its text has the command in it, and that has the token.
        raise LabError(f"A client of {proxy.name} hangs.") from None
    if process.returncode != 0:
        raise LabError(f"A client of {proxy.name} failed: {(output or '').strip()[-500:]}")
    if output and "transactions actually processed: 0\n" in output:
        raise LabError(f"No transaction through {proxy.name} in {seconds:g} s.")
    return output


def _tps(output):
    return float(re.search(r"^tps = ([0-9.]+)", output, re.MULTILINE).group(1))


def _processed(output):
    return int(re.search(r"transactions actually processed: (\d+)", output).group(1))


def _copy_command(proxy):
    return proxy.lab.command(f"{BINARIES}/psql", "-X", "-q", "-c", COPY, env=proxy.environment())
