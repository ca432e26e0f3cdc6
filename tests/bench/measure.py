"""Seconds and memory of a command, and the table of all rows; for the benchmarks."""

import os
import subprocess
import sys
import time

RUNS = 5


def run_once(command, environment):
    """Wall seconds, and the most memory in MiB."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             env={**os.environ, **(environment or {})})
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with status {child.returncode}")
    return seconds, usage.ru_maxrss / 1024


def measure_beside(*commands, environment=None):
    """Of each command the least wall seconds of some runs, and the most memory; they take turns, so that what else the
    machine does hits them alike."""
    runs = [[run_once(command, environment) for command in commands] for _ in range(RUNS)]
    return [(min(seconds for seconds, _ in column), max(memory for _, memory in column)) for column in zip(*runs)]


def measure(command, environment=None):
    return measure_beside(command, environment=environment)[0]


class Table:
    HEADS = ("what", "whyoom", "peer", "ratio", "goal", "met")

    def __init__(self):
        self.rows = [self.HEADS]

    def row(self, what, ours, peer, ratio, goal, is_met):
        self.rows.append((what, ours, peer, ratio, goal, "yes" if is_met else "NO"))

    def print(self):
        widths = [max(len(line[i]) for line in self.rows) for i in range(len(self.HEADS))]
        for line in self.rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
