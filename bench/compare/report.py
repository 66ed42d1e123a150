"""The table, on the terminal and in a file."""

import datetime
import pathlib
import platform
import re
import statistics
import subprocess

from proxies import REPOSITORY

RESULTS = REPOSITORY / "bench" / "results"
# The other is PgBouncer, unless the row names one.
HEADINGS = ("row", "PgOAuth", "the other", "Odyssey", "PgOAuth / the other", "bar", "reached")


class Report:
    """One line for each bar, from the figures of all rounds."""

    def __init__(self):
        self._lines = []
        self._failures = []
        self.reached_all = True

    def add(self, row, figures):
        """The figures: contender, then one dictionary for each round."""
        for bar in row.bars:
            self._lines.append(self._line(bar, figures))

    def fail(self, row, reason):
        """A row that could not be measured is a row that was not reached."""
        self.reached_all = False
        self._failures.append(f"- {row.title}: {' '.join(reason.split())}")
        for bar in row.bars:
            self._lines.append((bar.title, "failed", "", "", "", self._words(bar), "NO"))

    def table(self):
        """Markdown that is readable as it stands."""
        widths = [max(len(line[column]) for line in (HEADINGS, *self._lines)) for column in range(len(HEADINGS))]
        rule = ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:-1]] + ["-" * widths[-1]]
        table = "\n".join("| " + " | ".join(
            cell.ljust(width) if number in (0, len(HEADINGS) - 1) else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths))) + " |" for line in (HEADINGS, rule, *self._lines))
        return "\n".join([table, "", "Failed:", *self._failures]) if self._failures else table

    def _line(self, bar, figures):
        gather = (lambda values: max(values)) if bar.worst else statistics.median
        values = {label: [figure[bar.metric] for figure in rounds] for label, rounds in figures.items()}
        middle = {label: gather(of_all) for label, of_all in values.items()}
        other = bar.against or "PgBouncer"
        ratio, spread, compared = None, "", middle["PgOAuth"]
        if bar.against:
            compared = ratio = middle["PgOAuth"] / middle[other]
            rounds = [ours / theirs for ours, theirs in zip(values["PgOAuth"], values[other])]
            spread = f"{ratio:.2f} ({min(rounds):.2f} to {max(rounds):.2f})"
        verdict = ""
        if self._words(bar):
            reached = compared <= bar.limit if bar.sense == "<=" else compared >= bar.limit
            self.reached_all &= reached
            verdict = "yes" if reached else "NO"
        return (bar.title, self._number(middle.get("PgOAuth"), bar), self._number(middle.get(other), bar),
                self._number(middle.get("Odyssey"), bar), spread, self._words(bar), verdict)

    @staticmethod
    def _number(value, bar):
        return "" if value is None else f"{value:,.{bar.digits}f}"

    @staticmethod
    def _words(bar):
        """The bar as written; empty for a line that only informs."""
        if bar.limit in (float("inf"), 0) and not bar.worst:
            return ""
        return f"{'≤' if bar.sense == '<=' else '≥'} {bar.limit:,g}"


def machine():
    """Where it ran."""
    with open("/proc/cpuinfo") as file:
        text = file.read()
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    cores = len(re.findall(r"^processor\s*:", text, re.MULTILINE))
    with open("/proc/meminfo") as file:
        memory = int(re.search(r"MemTotal:\s+(\d+)", file.read()).group(1)) // (1 << 20)
    return f"{model.group(1).strip() if model else platform.machine()}, {cores} cores, {memory} GB, Linux {platform.release()}"


def commit():
    """What was built."""
    def git(*command):
        return subprocess.run(["git", "-C", str(REPOSITORY), *command], capture_output=True, text=True).stdout.strip()
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if git("status", "--porcelain", "--", "src", "samples") else "")


def runtime():
    """The .NET runtime that a release build takes."""
    listed = subprocess.run(["dotnet", "--list-runtimes"], capture_output=True, text=True).stdout
    return (re.findall(r"^Microsoft\.NETCore\.App (10\.\S+)", listed, re.MULTILINE) or ["?"])[-1]


def save(report, command, versions, options, load, path):
    """Writes the results file; an old one is never overwritten. Gives its path."""
    today = datetime.date.today().isoformat()
    file = pathlib.Path(path) if path else _fresh(today)
    programs = ", ".join(f"{name} {version}" for name, version in versions.items())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"""# Beside PgBouncer and Odyssey

{today}. {machine()}. PgOAuth at {commit()}, .NET {runtime()}; {programs}.
{options.rounds} rounds of {options.seconds:g} s, {options.loops} loop{'' if options.loops == 1 else 's'}, transport {options.transport};
load of the machine when it began: {load:.2f}. What the rows mean: [bench/compare](../compare/README.md).

```sh
{command}
```

{report.table()}
""", encoding="utf-8")
    return file


def _fresh(today):
    file, number = RESULTS / f"{today}-compare.md", 2
    while file.exists():
        file, number = RESULTS / f"{today}-compare-{number}.md", number + 1
    return file
