"""Lines for whoever waits, on the error output: the table alone goes to the standard output."""

import sys
import time

_STARTED = time.monotonic()


def say(text):
    """One line with the minutes since the start."""
    seconds = int(time.monotonic() - _STARTED)
    print(f"[{seconds // 60:3}:{seconds % 60:02}] {text}", file=sys.stderr, flush=True)
