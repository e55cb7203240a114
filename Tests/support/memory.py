"""How much memory a program takes."""

import sys

# A process keeps the peak of the one that it was forked from, and pytest is large. Starts the program from a small one,
# which ends like the program; the last line on standard error is the peak.
PEAK = """
import os, sys
child = os.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(f"\\npeak {usage.ru_maxrss * 1024}", file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def measured(command):
    """The command that measures another one."""
    return [sys.executable, "-S", "-c", PEAK, *map(str, command)]


def peak(result):
    """The most memory in bytes."""
    return int(result.stderr.rsplit("peak ", 1)[1])


def run_measured(plugin, *words):
    """The result, and the most memory in bytes."""
    result = plugin.spawn(measured([plugin.binary, *words]))
    return result, peak(result)
