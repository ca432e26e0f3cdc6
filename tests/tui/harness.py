"""What the scripts of keys share: a claim that is counted, a case of its own, the logs they look at."""

import glob
import os
import subprocess
import sys
import tempfile

from terminal import Terminal

WHYOOM = os.path.abspath(sys.argv[1])
IS_SANITIZED = b"__asan_init" in open(WHYOOM, "rb").read()


def sample(name):
    return os.path.abspath(f"samples/{name}")


def samples(pattern):
    return " ".join(os.path.abspath(path) for path in sorted(glob.glob(f"samples/{pattern}")))


SEEDS = samples("el8-*.log")
ANON_FAULT = sample("el8-4.18-memsw-anon-fault.log")
HANDMADE = samples("handmade-*.log")
HANDMADE_COUNT = subprocess.run([WHYOOM, "scan", *HANDMADE.split()], capture_output=True, check=False).stdout.count(b"\n")
HANDMADE_INCIDENTS = f"{HANDMADE_COUNT} incidents"
count = 0


def ok(claim, holds, terminal=None):
    global count
    count += 1
    print(f"{'ok' if holds else 'not ok'} {count} - {claim}", flush=True)
    if not holds and terminal:
        sys.stderr.write(terminal.screen())


def skip(claim, why):
    global count
    count += 1
    print(f"ok {count} - {claim} # SKIP {why}", flush=True)


def case(function):
    """Each in a directory of its own, with what it started ended behind it."""
    terminals = []

    def browse(arguments, columns=80, rows=24, **environment):
        terminal = Terminal(f"{WHYOOM} browse {arguments}", columns, rows, **environment)
        terminals.append(terminal)
        return terminal

    with tempfile.TemporaryDirectory() as folder:
        function(browse, folder)
        for terminal in terminals:
            terminal.close()
