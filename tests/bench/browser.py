"""
From a key to a screen with 10,000 incidents, and from the start to the first screen on a log of 1 GB.
Usage: browser.py BENCH PROGRAM FOLDER
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.dirname(__file__))
import generate  # noqa: E402

BENCH, PROGRAM, FOLDER = sys.argv[1:4]
GIGABYTE = 1000 * 1000 * 1000
RUNS = 5


def start(command):
    """Run it in a terminal of 120x40."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    return pid, terminal


def ms_until(terminal, pattern, begin):
    text = b""
    while not re.search(pattern, text):
        text += os.read(terminal, 65536)
    return (time.monotonic() - begin) * 1e3


def first_screen(path):
    """Milliseconds from the start to the first screen, to the first incident, to the last row read."""
    begin = time.monotonic()
    pid, terminal = start([PROGRAM, "browse", path])
    times = [ms_until(terminal, pattern, begin) for pattern in (rb"\d+ incident", rb"\[|\d\d:\d\d:\d\d")]
    os.write(terminal, b"\x03q")  # ^C stops reading, q leaves
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:  # the terminal is closed: it has left
        pass
    os.waitpid(pid, 0)
    return times + [(time.monotonic() - begin) * 1e3 - times[-1]]


few = os.path.join(FOLDER, "ten-thousand.log")
if not os.path.exists(few):
    generate.write_reports(few, generate.sample_reports(), lambda number, written: number < 10000)
large = os.path.join(FOLDER, "gigabyte.log")
if not os.path.exists(large):
    generate.sparse(large, GIGABYTE)
status = subprocess.run([BENCH, few], check=False).returncode
runs = [first_screen(large) for _ in range(RUNS)]
for name, values in zip(("first screen", "first incident", "stopped, left"), zip(*runs)):
    print(f"1 GB, {name}: {min(values):.0f} ms at best, {max(values):.0f} ms at worst of {RUNS}")
sys.exit(status)
