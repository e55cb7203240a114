"""Measures commands, and prints the median time of each and its ratio to the first command.

    medians.py [--limit RATIO] [--rounds COUNT] COMMAND COMMAND...

With --limit, exits 1 if the last command takes more than RATIO times as long as the first: the fastest run of each
counts, because other load on the machine only ever adds time. The commands run alternately, for the same reason.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import time

WARM_UP, ROUNDS = 20, 300


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=float)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("commands", nargs="+")
    options = parser.parse_args()
    commands = [shlex.split(command) for command in options.commands]
    times = [[] for _ in commands]
    for number in range(WARM_UP + options.rounds):
        for command, measured in zip(commands, times):
            duration = seconds(command)
            if number >= WARM_UP:
                measured.append(duration)
    medians = [statistics.median(measured) for measured in times]
    for command, median in zip(commands, medians):
        words = [os.path.basename(command[0]), *command[1:]]
        print(f"{1000 * median:7.2f} ms  {median / medians[0]:5.2f}  {' '.join(words)}")
    fastest = [min(measured) for measured in times]
    if options.limit and fastest[-1] > options.limit * fastest[0]:
        sys.exit(f"ERROR: the last command takes {fastest[-1] / fastest[0]:.2f} times as long, more than {options.limit}")


if __name__ == "__main__":
    main()
