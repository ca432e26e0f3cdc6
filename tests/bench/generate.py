"""Logs for the benchmarks: host and times vary, so that each report is its own incident."""

import glob
import itertools
import os
import random
import re

MIB = 1024 * 1024
GIB = 1024 * MIB
STORM = "../shared/corpus/wild/094-el6-2632-storm-20-reports.log"
ROW = "[ %5d]  1002 %5d   184313    34572       0   %7d             0 php-fpm"
STAMP = re.compile(r"^(?:\w{3} +\d+ [\d:]+ \S+ kernel: )?(?:<\d+>)?\[ *\d+\.\d+\](?:\[[ \w]+\])? ?")

QUIET = [
    "{host} sshd[{n}]: Accepted publickey for deploy from 10.{a}.{b}.7 port {n} ssh2: ED25519 SHA256:{x}",
    "{host} systemd[1]: Started Session {n} of User deploy.",
    "{host} CRON[{n}]: (root) CMD (test -x /usr/sbin/anacron || run-parts --report /etc/cron.hourly)",
    "{host} nginx[812]: 10.{a}.{b}.9 - - \"GET /api/v2/orders/{n}?expand=items HTTP/1.1\" 200 {n} \"-\" \"curl/8.1\"",
    "{host} kubelet[903]: I1123 {n} operation_generator.go:721] MountVolume.SetUp succeeded for volume \"{x}\"",
    "{host} kernel: [{n}.123456] IPv6: ADDRCONF(NETDEV_CHANGE): veth{x}: link becomes ready",
    "{host} dockerd[1101]: time=\"2026-11-23T01:02:03Z\" level=info msg=\"ignoring event\" container={x}{x}",
    "{host} postfix/smtpd[{n}]: connect from mail-{a}.example.com[192.0.2.{b}]",
    "{host} app[{n}]: {{\"level\":\"info\",\"msg\":\"request\",\"path\":\"/{path}/{a}\",\"ms\":{b},\"memory\":\"{n}kB\"}}",
]


def quiet_block(size):
    """Some MiB of what syslog holds most of the time."""
    rng = random.Random(20261123)
    lines, length = [], 0
    while length < size:
        line = "Nov 23 %02d:%02d:%02d " % (rng.randrange(24), rng.randrange(60), rng.randrange(60))
        line += rng.choice(QUIET).format(host="web%d" % rng.randrange(40), n=rng.randrange(100, 99999),
                                         a=rng.randrange(256), b=rng.randrange(256),
                                         x="%016x" % rng.getrandbits(64),
                                         path=rng.choice(["rooms", *["orders"] * 49]))
        lines.append(line)
        length += len(line) + 1
    return ("\n".join(lines) + "\n").encode()


def undressed(path):
    """The messages of a sample, without prefixes."""
    text = open(path, encoding="utf-8", errors="surrogateescape").read()
    return [STAMP.sub("", line) for line in text.splitlines()]


def report_of(messages):
    """From the header to the last kill line."""
    first = next((i for i, text in enumerate(messages) if "invoked oom-killer" in text), None)
    if first is None:
        return None
    next_one = next((i for i, text in enumerate(messages) if i > first and "invoked oom-killer" in text), None)
    last = max((i for i, text in enumerate(messages[:next_one]) if "Killed process" in text), default=0)
    return messages[first:last + 1] if last > first else None


def dressed(messages, number):
    """One report as a syslog line each: its own host, its own time."""
    out = []
    for i, text in enumerate(messages):
        second = number * 7 % 86400
        out.append("Nov 23 %02d:%02d:%02d host%05d kernel: [%5d.%06d] %s" % (
            second // 3600, second // 60 % 60, second % 60, number, 1000 + number, i, text))
    return ("\n".join(out) + "\n").encode(errors="surrogateescape")


def sample_reports():
    found = [report_of(undressed(path)) for path in sorted(glob.glob("samples/*.log"))]
    return [report for report in found if report]


def with_rows(report, rows):
    """The report with a task table of that many rows."""
    header = next((i for i, text in enumerate(report) if " total_vm " in text), None)
    if header is None:
        return report
    rest = [text for text in report[header + 1:] if not re.match(r"\[ *\d+\]", text)]
    columns = report[header].count(" ") and len(report[header].split("]")[1].split()) - 1
    row = "[ %6d] " + " ".join(["%7d"] * columns) + " php-fpm"
    table = [row % ((pid, 1002, pid) + tuple(range(1000, 1000 + columns - 2))) for pid in range(2000, 2000 + rows)]
    return report[:header + 1] + table + rest


def sparse(path, size, reports=200, first=0):
    """Quiet lines, and a report now and then, of hosts numbered from the first."""
    block = quiet_block(4 * MIB)
    shapes = sample_reports()
    gap = size // reports
    with open(path, "wb") as file:
        for number in range(reports):
            for at in range(0, gap, len(block)):
                part = block[:gap - at] if gap - at < len(block) else block
                file.write(part[:part.rfind(b"\n") + 1])
            file.write(dressed(shapes[number % len(shapes)], first + number))


def fleet(folder, size, files=100):
    """Sparse logs, with reports as often as in one of a GiB. Gives how many in all."""
    os.makedirs(folder, exist_ok=True)
    reports = max(1, size * 200 // GIB // files)
    for number in range(files):
        sparse(os.path.join(folder, f"{number:03}.log"), size // files, reports, number * reports)
    return files * reports


def small(folder, count=10000):
    """A small log of each host, whose end cuts its report; every other one is rotated. Gives how many reports."""
    os.makedirs(folder, exist_ok=True)
    quiet = quiet_block(8 * 1024)
    for number in range(count):
        report = dressed(sample_reports()[0], number)
        with open(os.path.join(folder, f"{number:05}.log" + ".1" * (number % 2)), "wb") as file:
            file.write(quiet[:quiet.rfind(b"\n") + 1] + report[:report.find(b"\n") + 1])
    return count


def hosts(path, count, at_once=100):
    """A report of each host, the lines of many of them mixed. Gives how many."""
    shapes = sample_reports()
    with open(path, "wb") as file:
        for first in range(0, count, at_once):
            reports = [dressed(shapes[number % len(shapes)], number).splitlines(keepends=True)
                       for number in range(first, first + at_once)]
            for lines in itertools.zip_longest(*reports, fillvalue=b""):
                file.write(b"".join(lines))
    return count


ENTRY = """__REALTIME_TIMESTAMP=%d
__MONOTONIC_TIMESTAMP=%d
_BOOT_ID=0123456789abcdef0123456789abcdef
_MACHINE_ID=fedcba9876543210fedcba9876543210
_HOSTNAME=web1
PRIORITY=6
"""
KERNEL_ENTRY = """_TRANSPORT=kernel
SYSLOG_FACILITY=0
SYSLOG_IDENTIFIER=kernel
_SOURCE_MONOTONIC_TIMESTAMP=%d
MESSAGE=%s

"""
SERVICE_ENTRY = """_TRANSPORT=stdout
SYSLOG_FACILITY=3
SYSLOG_IDENTIFIER=%s
_PID=%d
_UID=0
_GID=0
_COMM=%s
_EXE=/usr/bin/%s
_CMDLINE=/usr/bin/%s --serve
_CAP_EFFECTIVE=1ffffffffff
_SYSTEMD_CGROUP=/system.slice/%s.service
_SYSTEMD_UNIT=%s.service
_SYSTEMD_SLICE=system.slice
MESSAGE=%s

"""


def journal_export(path, entries, reports=50):
    """A busy host's journal in export form: services, and reports of the kernel between them."""
    rng = random.Random(20261123)
    shapes = [report for report in sample_reports() if not any(ord(c) < 32 or ord(c) > 126 for c in "".join(report))]
    usec = 1764000000000000
    with open(path, "w", encoding="utf-8") as file:
        for number in range(reports):
            for _ in range(entries // reports):
                usec += rng.randrange(100, 20000)
                name = "app%d" % rng.randrange(7)
                text = "request %d of user %d took %d ms" % (rng.getrandbits(30), rng.getrandbits(20), rng.randrange(999))
                file.write(ENTRY % (usec, usec - 1763000000000000))
                file.write(SERVICE_ENTRY % (name, rng.randrange(300, 400), *[name] * 5, text))
            for text in shapes[number % len(shapes)]:
                usec += 3
                file.write(ENTRY % (usec, usec - 1763000000000000))
                file.write(KERNEL_ENTRY % (usec - 1763000000000000, text))
    return reports


def storm_reports():
    """Reports with tables of some 800 rows: real ones where they are at hand."""
    if os.path.exists(STORM):
        messages, reports, current = undressed(STORM), [], None
        for text in messages:
            if "invoked oom-killer" in text:
                current = []
                reports.append(current)
            if current is not None:
                current.append(text)
        return "corpus file 094", [report_of(report) for report in reports]
    return "own samples", [with_rows(report, 800) for report in sample_reports()]


def dense(path, size):
    """Reports, and nothing else. Gives how many, and from what."""
    origin, shapes = storm_reports()
    return write_reports(path, shapes, lambda number, written: written < size), origin


def busy(path, reports, rows=500):
    """So many reports of so many tasks."""
    shapes = [with_rows(report, rows) for report in sample_reports()]
    shapes = [shape for shape in shapes if len(shape) > rows]
    return write_reports(path, shapes, lambda number, written: number < reports)


def write_reports(path, shapes, wants_more):
    number = written = 0
    with open(path, "wb") as file:
        while wants_more(number, written):
            written += file.write(dressed(shapes[number % len(shapes)], number))
            number += 1
    return number
