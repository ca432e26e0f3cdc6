"""Feed whyoom what no honest log holds; prints TAP. Usage: hostile.py WHYOOM FOLDER-FOR-INPUTS"""

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile

WHYOOM, FOLDER = sys.argv[1], sys.argv[2]
MIB = 1024 * 1024
HEADER = b"java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n"
KILL = (b"Memory cgroup out of memory: Killed process %d (java) total-vm:66000kB, anon-rss:64000kB, "
        b"file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0\n")
ROW = b"[ %6d]     0 %5d    16500    16000   172032        3             0 java\n"
TABLE = b"[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name\n"


class Run:
    """One run of the program: status, output, CPU seconds, peak memory."""

    def __init__(self, *arguments, keep=False):
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            sink = out if keep else subprocess.DEVNULL
            child = subprocess.Popen([WHYOOM, *arguments], stdout=sink, stderr=err)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = 0
            self.status = os.waitstatus_to_exitcode(status)
            self.cpu = usage.ru_utime + usage.ru_stime
            self.rss = usage.ru_maxrss * 1024
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read(), err.read()


def is_sanitized():
    return b"__asan_init" in open(WHYOOM, "rb").read()


def write(name, pieces):
    """A file of the pieces, one after another; gives its path."""
    path = os.path.join(FOLDER, name)
    with open(path, "wb") as file:
        for piece in pieces:
            file.write(piece)
    return path


def stamped(lines, host=b"web1", start=10):
    return (b"Nov 23 01:02:03 %s kernel: [%5d.%06d] %s" % (host, start + i // 1000000, i % 1000000, line)
            for i, line in enumerate(lines))


# ---- inputs of a given size, for time and memory

def endless_line(n):
    return (b"x" * 1024 for _ in range(n))


def nuls(n):
    return (bytes(1024) for _ in range(n))


def headers(n):
    return stamped(HEADER for _ in range(n))


def hosts(n):
    return (b"Nov 23 01:02:03 host%d kernel: [   10.000000] %s" % (i, KILL % 7) for i in range(n))


def rows(n):
    yield from stamped([HEADER, TABLE])
    yield from stamped((ROW % (i, i) for i in range(n)), start=11)
    yield from stamped([KILL % 1], start=12)


def frames(n):
    yield from stamped([HEADER, b"Call Trace:\n"])
    yield from stamped((b" schedule+0x1/0x2\n" for _ in range(n)), start=11)


def group_kills(n):
    yield from stamped([HEADER, KILL % 1,
                        b"Tasks in /box are going to be killed due to memory.oom.group set\n"])
    yield from stamped((KILL % i for i in range(1, n)), start=11)


def group_kills_of_a_table(n):
    yield from stamped([HEADER, TABLE])
    yield from stamped((ROW % (i, i) for i in range(n)), start=11)
    yield from stamped([KILL % n, b"Tasks in /box are going to be killed due to memory.oom.group set\n"],
                       start=12)
    yield from stamped((KILL % i for i in range(n - 1, 0, -1)), start=13)


def statistics(n):
    yield from stamped([HEADER])
    yield from stamped((b"Memory cgroup stats for /box/%d: cache:4KB rss:8KB swap:0KB\n" % i
                        for i in range(n)), start=11)


def zones(n):
    yield from stamped([HEADER, b"Mem-Info:\n"])
    yield from stamped((b"Node %d Normal free:4kB min:4kB low:4kB high:4kB\n" % (i % 4096)
                        for i in range(n)), start=11)


def long_lines(n):
    return (b"y" * 200000 + b" invoked oom-killer: x" * 3 + b"\n" for _ in range(n))


def torn_fragments(n):
    return (b"2026-11-23T01:02:03.123456789Z stdout P Killed process \n" for _ in range(n))


def quoted_lines(n):
    return (b"> " * 60 + KILL % i for i in range(n))


def json_bytes(n):
    text = json.dumps(list((KILL % 7).strip())).encode()
    return (b'{"_TRANSPORT":"kernel","_HOSTNAME":"h%d","MESSAGE":%s}\n' % (i, text) for i in range(n))


def storm(n):
    return stamped(KILL % (i % 30000 + 1) for i in range(n))


# name, input, its size for the bound, the most MiB, its size for the doubling
SIZES = [
    ("100 MB without a newline", endless_line, 100 * 1024, 64, 20000),
    ("100 MB of NULs", nuls, 100 * 1024, 64, 20000),
    ("100,000 headers without reports", headers, 100000, 128, 5000),
    ("100,000 hosts with a kill each", hosts, 100000, 256, 5000),
    ("a task table of 300,000 rows", rows, 300000, 400, 50000),
    ("a trace of 1,000,000 frames", frames, 1000000, 128, 100000),
    ("a group kill of 50,000 tasks", group_kills, 50000, 256, 10000),
    ("a group kill of a table of 90,000 rows", group_kills_of_a_table, 90000, 256, 20000),
    ("statistics of 50,000 cgroups", statistics, 50000, 512, 10000),
    ("200,000 zone lines", zones, 200000, 256, 10000),
    ("lines of 200 kB that look like headers", long_lines, 300, 64, 50),
    ("half lines that never end", torn_fragments, 500000, 64, 50000),
    ("deeply quoted kill lines", quoted_lines, 20000, 128, 3000),
    ("a journal of byte arrays", json_bytes, 10000, 256, 2000),
    ("a storm of 50,000 kill lines", storm, 50000, 128, 5000),
]


def check_bounds(name, make, size, most_mib, _):
    run = Run("scan", write("input", make(size)))
    if run.status not in (0, 1):
        return f"status {run.status}: {run.err[-300:].decode(errors='replace')}"
    if run.rss > most_mib * MIB and not is_sanitized():
        return f"{run.rss // MIB} MiB, at most {most_mib} are allowed"
    return None


def check_linear(name, make, _, __, size):
    """Twice the input takes about twice the time, not four times: the least of three runs each."""
    once, twice = (min(Run("scan", path).cpu for _ in range(3))
                   for path in (write("once", make(size)), write("twice", make(2 * size))))
    if twice > 3 * once + 0.5:
        return f"{once:.2f} s, for twice the input {twice:.2f} s"
    return None


# ---- what comes out

HOSTILE_NAMES = b"".join(stamped([
    b"\x1b[2J\x1b]0;x\x07 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n",
    b"CPU: 0 PID: 145 Comm: \xff\x9b Not tainted 6.1.0-13-amd64 #1\n",
    b"memory: usage 99999999999999999999kB, limit 18446744073709551615kB, failcnt 9223372036854775808\n",
    b"Memory cgroup stats for /\x1b[31m\xc3\x28/\xe2\x80\xae:\n",
    b"anon 99999999999999999999\n",
    b"[    145]     0   145    16500    16000   172032        3             0 \x1b[5m\xf0\x28\x8c\n",
    b"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=\x1b[4m,mems_allowed=0,"
    b"oom_memcg=/\x1b[31m,task_memcg=/\x1b[31m\x7f,task=\xed\xa0\x80,pid=145,uid=0\n",
    KILL.replace(b"java", b"\x1b[5m\xfe") % 145,
], host=b"web1"))


def check_output(arguments, path):
    run = Run(*arguments, path, keep=True)
    if run.status != 0:
        return f"status {run.status}"
    for byte in range(32):
        if byte != 10 and bytes([byte]) in run.out:
            return f"byte {byte} came out"
    text = run.out.decode("utf-8")  # raises on anything else
    if any(control in text for control in "\x7f\x9b\u202e"):
        return "a control character came out"
    return None


def check_names():
    path = write("names", [HOSTILE_NAMES])
    for arguments in (["--color=never"], ["--format=md"], ["--why", "--color=never"], ["--all"]):
        wrong = check_output(arguments, path)
        if wrong:
            return f"{' '.join(arguments)}: {wrong}"
    return check_output(["scan"], path)


def check_json():
    """Every record is JSON, and what is past 64 bits is left out rather than wrong."""
    record = json.loads(Run("scan", write("names", [HOSTILE_NAMES]), keep=True).out.decode("utf-8"))
    memory = record.get("memcg", {}).get("memory", {})
    if memory.get("usage_bytes") or memory.get("limit_bytes"):
        return f"numbers past 64 bits became {memory}"
    return None


def check_forgery():
    """A user's line in the journal is no kernel's word: it is not joined to the kernel's report."""
    genuine = {"_TRANSPORT": "kernel", "SYSLOG_FACILITY": "0", "SYSLOG_IDENTIFIER": "kernel"}
    forged = {"_TRANSPORT": "syslog", "SYSLOG_FACILITY": "1", "SYSLOG_IDENTIFIER": "kernel", "_PID": "6"}
    lines = [(genuine, HEADER), (forged, KILL % 1), (genuine, KILL % 145)]
    path = write("forged", [json.dumps({**source, "_HOSTNAME": "web1", "MESSAGE": text.decode().strip()})
                            .encode() + b"\n" for source, text in lines])
    records = [json.loads(line) for line in Run("scan", path, keep=True).out.splitlines()]
    pids = [[victim["pid"] for victim in record.get("victims", [])] for record in records]
    if sorted(pids) != [[1], [145]]:
        return f"victims {pids}, expected one incident each"
    said = Run("--all", "--color=never", path, keep=True).out.decode()
    if "program" not in said and "not the kernel" not in said:
        return "the forged line is explained like the kernel's own"
    return None


# ---- archives

def nested_gzip(depth):
    data = b"".join(stamped([KILL % 7]))
    for _ in range(depth):
        data = gzip.compress(data, 1)
    return data


def nested_tar(depth):
    data = b"".join(stamped([KILL % 7]))
    for _ in range(depth):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as archive:
            entry = tarfile.TarInfo("inner")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        data = stream.getvalue()
    return data


def check_nesting():
    for name, data in (("gz", nested_gzip(200)), ("tar", nested_tar(100))):
        run = Run("scan", write("nested." + name, [data]))
        if run.status not in (0, 1, 2) or run.cpu > 5:
            return f"{name}: status {run.status} after {run.cpu:.1f} s"
        if run.rss > 256 * MIB and not is_sanitized():
            return f"{name}: {run.rss // MIB} MiB"
    return None


def check_bomb():
    bomb = gzip.compress(bytes(64 * MIB), 9) * 8  # members follow one another: 512 MB from 0.5
    run = Run("scan", write("bomb.gz", [bomb]))
    if run.status != 1:
        return f"status {run.status}"
    if run.rss > 64 * MIB and not is_sanitized():
        return f"{run.rss // MIB} MiB"
    return None


def main():
    os.makedirs(FOLDER, exist_ok=True)
    tests = [(f"{row[0]}: bounded memory", lambda row=row: check_bounds(*row)) for row in SIZES]
    if not is_sanitized():
        tests += [(f"{row[0]}: twice the input, twice the time", lambda row=row: check_linear(*row))
                  for row in SIZES]
    tests += [
        ("hostile names leave no control byte in text, Markdown or records", check_names),
        ("records are JSON, numbers past 64 bits are left out", check_json),
        ("a user's line does not enter the kernel's report", check_forgery),
        ("archives in archives in archives end somewhere", check_nesting),
        ("half a gigabyte of nothing from half a megabyte", check_bomb),
    ]
    for number, (name, test) in enumerate(tests, 1):
        try:
            wrong = test()
        except (ValueError, OSError) as error:
            wrong = f"{type(error).__name__}: {error}"
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}", flush=True)
        if wrong:
            print(f"# {wrong}", flush=True)
    print(f"1..{len(tests)}")


main()
