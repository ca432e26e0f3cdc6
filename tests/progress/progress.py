"""What a scan says on a terminal while it reads, and at its end; prints TAP. Usage: progress.py WHYOOM

The line appears after a second: the scan is stopped for that long in its middle."""
import gzip
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # nothing is left beside the sources
sys.path.insert(0, "tests")
from tap import ok, plan

whyoom = os.path.abspath(sys.argv[1])
SAMPLE = "samples/el8-4.18-memsw-file-fault.log"
REPORTS = 12000
LINE = re.compile(rb"whyoom: [\d.,]+ [KMG]iB read, [\d.,]+ [KMG]iB/s, [\d,]+ incidents?(, [^\r\x1b]* left)?")


def watch(*arguments):
    """What the scan writes on a terminal."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(whyoom, [whyoom, "scan", *arguments])
    time.sleep(0.15)
    os.kill(child, signal.SIGSTOP)
    time.sleep(1.2)
    os.kill(child, signal.SIGCONT)
    out = b""
    while True:
        try:
            out += os.read(terminal, 65536)
        except OSError: # the other end is closed
            break
    os.waitpid(child, 0)
    return out


def main():
    with open(SAMPLE, "rb") as file:
        report = file.read()
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = os.path.join(folder, "kern.log"), os.path.join(folder, "kern.log.gz")
        text = b"".join(report.replace(b"[20148497", b"[%d" % (20148497 + 100 * i)) for i in range(REPORTS))
        with open(plain, "wb") as file:
            file.write(text)
        with gzip.open(packed, "wb", 1) as file:
            file.write(text)
        database = os.path.join(folder, "fleet.db")
        out = watch("--db", database, plain, os.path.join(folder, "absent"))
        lines = LINE.findall(out)
        ok(lines, "bytes, rate and incidents are told while it reads", out[-300:])
        ok(any(line.endswith(b" left") for line in lines), "and the time left", str(lines[:3]))
        summary = out.decode().replace("\r\x1b[K", "").splitlines()[-1]
        ok(re.fullmatch(rf"whyoom: {REPORTS} incidents in [\d.]+ MiB in 1 log, .*; 1 input not read", summary),
           "at the end, what was read and what was not", summary)
        ok(out.count(b"absent: no such file") == 1, "what failed is one line", out[-300:])
        out = watch("--db", database, packed)
        ok(LINE.findall(out) and b" left" not in out, "of what is packed nobody knows how much is left", out[-300:])
        out = watch("--db", database, "--no-progress", plain)
        ok(not LINE.search(out), "--no-progress: none")
        done = subprocess.run([whyoom, "scan", "--db", database, plain], capture_output=True, check=False)
        ok(done.stderr == b"", "without a terminal nothing is said", done.stderr)
    plan()


main()
