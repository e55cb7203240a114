"""Times commands in turn, and prints the median of each and its ratio to the first.

    medians.py [--most RATIO] COMMAND COMMAND...

With --most, exits 1 if the last command takes more than RATIO times as long as the first.
Commands take turns, so that whatever else the machine does slows all of them alike.
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
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=float)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("commands", nargs="+")
    options = parser.parse_args()
    commands = [shlex.split(command) for command in options.commands]
    times = [[] for _ in commands]
    for turn in range(WARM_UP + options.rounds):
        for command, kept in zip(commands, times):
            taken = seconds(command)
            if turn >= WARM_UP:
                kept.append(taken)
    medians = [statistics.median(kept) for kept in times]
    for command, median in zip(commands, medians):
        words = [os.path.basename(command[0]), *command[1:]]
        print(f"{1000 * median:7.2f} ms  {median / medians[0]:5.2f}  {' '.join(words)}")
    if options.most and medians[-1] > options.most * medians[0]:
        sys.exit(f"more than {options.most} times as long")


if __name__ == "__main__":
    main()
