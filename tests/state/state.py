"""Scans of an archive that changes, with --state; prints TAP. Usage: state.py WHYOOM [--every-byte]

What all scans together must tell is what one scan of the whole tells: that is the measure everywhere."""
import gzip
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # nothing is left beside the sources
sys.path.insert(0, "tests")
from tap import ok, plan

whyoom = os.path.abspath(sys.argv[1])
EVERY_BYTE = "--every-byte" in sys.argv
root = os.getcwd()
OLD = time.time() - 3600  # nobody writes to such a file any more
REPORT = "samples/el8-4.18-memsw-file-fault.log"
GROUP = "samples/lab-6.12-memcg-v2-group-kill.log"


def read(path):
    with open(os.path.join(root, path), "rb") as file:
        return file.read()


def write(path, text, mode="wb", age=0):
    with open(path, mode) as file:
        file.write(text)
    if age:
        os.utime(path, (time.time() - age,) * 2)


def scan(*arguments, status=(0, 1)):
    done = subprocess.run([whyoom, "scan", *arguments], capture_output=True, check=False)
    if done.returncode not in status:
        raise SystemExit(f"Bail out! scan {arguments}: {done.returncode} {done.stderr.decode()}")
    scan.words = done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def again(*arguments):
    return scan("--state", "state", *arguments)


def ids(records):
    return [record["id"] for record in records]


def standing(records):
    """The ids that are left when each record has taken the place of what it replaces."""
    left = {}
    for record in records:
        left.pop(record.get("replaces"), None)
        left[record["id"]] = record
    return left


def stamped(path, host, start):
    """The sample as rsyslog writes it, a stamp and a host before every line."""
    return b"".join(b"2025-03-01T%02d:%02d:%02d.000000+00:00 %s kernel: %s\n" %
                    (start // 3600 % 24, start // 60 % 60, start % 60, host, line)
                    for line in read(path).splitlines())


def quiet(lines, host=b"web1"):
    return b"".join(b"2025-03-01T00:00:00.000000+00:00 %s nginx[8]: GET /static/%06d.html 200\n" % (host, i)
                    for i in range(lines))


def in_folder(test):
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.mkdir("log")
        try:
            test()
        finally:
            os.chdir(root)


def check_second_run():
    for path in sorted(os.listdir(os.path.join(root, "samples"))):
        if path.endswith(".log"):
            shutil.copy(os.path.join(root, "samples", path), "log")
    plain, first, second = scan("log"), again("log"), again("log")
    ok(first == plain and plain, "the first scan tells what a scan without a state tells")
    ok(second == [] and "unchanged file" in scan.words, "the second tells nothing, and opens no file", scan.words)
    for path in os.listdir("log"):
        os.utime(os.path.join("log", path))
    ok(again("log") == [], "files that were touched are known by what they hold")
    ok(again("-j", "2", "log") == [], "with threads too")
    os.rename("log", "moved")
    ok(again("moved") == [], "a directory that was renamed holds nothing new")


def grow(sample, name, step):
    """The file grows by `step` bytes before every scan."""
    text = quiet(1500) + stamped(sample, b"db1", 60) + quiet(3)
    start = text.index(stamped(sample, b"db1", 60)[:20])
    whole = scan_text(text)
    told = []
    for end in [*range(start, len(text), step), len(text)]:
        write("log/kern.log", text[:end])
        told += again("log")
    left = standing(told)
    ok(sorted(left) == sorted(ids(whole)), f"{name}: what grew by {step} bytes a scan is told once",
       f"{ids(told)} for {ids(whole)}")
    return told


def scan_text(text):
    write("whole.log", text)
    records = scan("whole.log")
    os.unlink("whole.log")
    return records


def check_growth():
    told = grow(REPORT, "a report", 1 if EVERY_BYTE else 97)
    ok(len(told) == 1 and told[0].get("victims"), "a report that was half there is held back until its kill line",
       f"{len(told)} records")
    os.unlink("state")
    grow(GROUP, "a group kill", 1 if EVERY_BYTE else 89)


def check_lines():
    text = quiet(1500) + stamped(REPORT, b"db1", 60) + quiet(900) + stamped(GROUP, b"db2", 900) + quiet(3)
    whole = scan_text(text)
    cut = text.index(b"Memory cgroup stats for")
    write("log/kern.log", text[:cut])
    first = again("log")
    write("log/kern.log", text[cut:], "ab")
    told = first + again("log")
    for record in told + whole:
        record["source"].pop("path")
    ok(first == [] and told == whole, "what is read in two goes has the lines, bytes and kernel of one go")


def check_silent():
    text = stamped(REPORT, b"db1", 60)
    half = text[:text.index(b"Memory cgroup stats for")]
    write("log/kern.log", half)
    ok(again("log") == [] and "still being written" in scan.words, "of a report that is being written, a note is told",
       scan.words)
    os.utime("log/kern.log", (OLD, OLD))
    told = again("log")
    ok(len(told) == 1 and not told[0]["complete"], "when its log has been silent for long, it is told as it is")
    ok(again("log") == [], "and only once")
    write("log/kern.log", text[len(half):], "ab")
    more = again("log")
    ok(len(more) == 1 and more[0].get("replaces") == told[0]["id"] and more[0]["complete"] == scan_text(text)[0]["complete"],
       "its rest, should it come, replaces it", str(ids(told + more)))


def check_half_line():
    """The last kill line of a group stands there up to "anon-rss:40" of 4096kB = 4194304 bytes while nobody writes."""
    text = stamped(GROUP, b"db1", 60)
    cut = text.index(b"anon-rss:4096kB", text.index(b"Killed process 143")) + len("anon-rss:40")
    into = "--db", "fleet.db", "--format", "json"

    def figure(record):
        return [victim.get("anon_rss_bytes") for victim in record["victims"] if victim["pid"] == 143]

    write("log/kern.log", text[:cut], age=3600)
    told = again(*into, "log")
    ok(len(told) == 1 and figure(told[0]) == [None], "of a figure that is half there nothing is told")
    write("log/kern.log", text[cut:cut + 1], "ab", age=3600)
    ok(again(*into, "log") == [], "nor is it told again when it is still half")
    write("log/kern.log", text[cut + 1:], "ab")
    more = again(*into, "log")
    ok(len(more) == 1 and more[0].get("replaces") == more[0]["id"] == told[0]["id"] and figure(more[0]) == [4194304],
       "when its line is whole, its record is told again in the place of itself", str(ids(told + more)))
    with sqlite3.connect("fleet.db") as connection:
        stored = list(connection.execute("SELECT number, anon_rss_bytes FROM incidents JOIN victims ON incident = number "
                                         "WHERE pid = 143"))
    ok(stored == [(1, 4194304)], "and keeps its number in the database", str(stored))
    ok(again(*into, "log") == [], "once")


def rotations():
    def rename():
        os.rename("log/kern.log", "log/kern.log.1")

    def rename_and_pack():
        with gzip.open("log/kern.log.1.gz", "wb") as packed:
            packed.write(read("log/kern.log") if os.path.isabs("log") else open("log/kern.log", "rb").read())
        os.unlink("log/kern.log")

    def copy_and_truncate():
        shutil.copyfile("log/kern.log", "log/kern.log.1")
        os.truncate("log/kern.log", 0)

    def truncate():
        os.truncate("log/kern.log", 0)
    return {"renamed": rename, "renamed and packed": rename_and_pack, "copied and truncated": copy_and_truncate,
            "truncated": truncate}


def check_rotations():
    texts = [quiet(1500) + stamped(REPORT, b"db%d" % i, 60 * i) + quiet(20, b"web%d" % i) for i in range(4)]
    expected = sorted(sum((ids(scan_text(text)) for text in texts), []))
    for name, rotate in rotations().items():
        shutil.rmtree("log")
        os.mkdir("log")
        if os.path.exists("state"):
            os.unlink("state")
        told = []
        for i, text in enumerate(texts):
            for old, new in (("log/kern.log.2.gz", "log/kern.log.3.gz"), ("log/kern.log.1.gz", "log/kern.log.2.gz"),
                             ("log/kern.log.1", "log/kern.log.2")):
                if os.path.exists(old):
                    os.rename(old, new)
            if i:
                rotate()
            write("log/kern.log", text, "ab", age=600)
            told += again("log")
        ok(sorted(ids(told)) == expected, f"{name}: every incident once", f"{ids(told)} for {expected}")
        ok(again("log") == [], f"{name}: then nothing new")


def check_grown_and_rotated():
    """Written to after the scan, then rotated and packed before the next one."""
    texts = [quiet(900) + stamped(REPORT, b"db%d" % i, 60 * i) for i in range(2)]
    expected = sorted(sum((ids(scan_text(text)) for text in texts), []))
    cut = len(texts[0]) + len(texts[1]) - 300  # within the second report
    whole = texts[0] + texts[1]
    write("log/kern.log", whole[:cut])
    told = again("log")
    with gzip.open("log/kern.log.1.gz", "wb") as packed:
        packed.write(whole + quiet(1200))
    write("log/kern.log", quiet(1200, b"web2"))
    told += again("log")
    ok(sorted(ids(told)) == expected, "what grew before it was packed is told once", f"{ids(told)} for {expected}")


def check_truncated_in_a_report():
    text = quiet(900) + stamped(REPORT, b"db1", 60)
    write("log/kern.log", text[:-400])
    told = again("log")
    os.truncate("log/kern.log", 0)
    write("log/kern.log", quiet(2, b"web2"), "ab")
    told += again("log")
    ok(len(told) == 1 and told[0]["kind"] == "oom-kill" and not told[0].get("victims"),
       "half a report whose file was emptied is not lost", str(told))
    ok(again("log") == [], "and told once")


def emptied_at(lines, cut, is_scanned):
    """What is told of a log that is emptied behind line `cut`, and goes on."""
    write("log/kern.log", b"".join(lines[:cut]))
    told = again("--db", "fleet.db", "--format", "json", "log")
    os.truncate("log/kern.log", 0)
    if is_scanned:
        told += again("--db", "fleet.db", "--format", "json", "log")
    write("log/kern.log", b"".join(lines[cut:]), "ab")
    told += again("--db", "fleet.db", "--format", "json", "log")
    os.utime("log/kern.log", (OLD, OLD))
    return told + again("--db", "fleet.db", "--format", "json", "log")


def check_emptied_before_a_panic():
    """Its kernel does not kill, but goes down; the log is emptied before it says so."""
    for name in "lab-6.1-memcg-v2-panic", "lab-5.10-host-no-killable", "lab-6.12-kdump":
        lines = stamped(f"samples/{name}.log", b"db1", 60).splitlines(True)
        panic = [b"Kernel panic" in line for line in lines].index(True)
        whole, bad = ids(scan_text(b"".join(lines))), []
        for cut in (20, 40, panic - 1, panic):
            for is_scanned in (False, True):
                for path in "state", "fleet.db":
                    if os.path.exists(path):
                        os.unlink(path)
                told = standing(emptied_at(lines, cut, is_scanned))
                with sqlite3.connect("fleet.db") as connection:
                    stored = list(connection.execute("SELECT id, kind, panic FROM incidents"))
                if list(told) != whole or stored != [(whole[0], "oom-no-kill", 1)]:
                    bad.append((cut, is_scanned, stored))
        ok(not bad, f"{name}: a panic behind the place where its log was emptied is told", str(bad))


def check_emptied_in_a_failure():
    """The pages are asked for in line 9; behind line 15 the log is emptied."""
    lines = stamped("samples/lab-6.1-host-order-failure.log", b"db1", 60).splitlines(True)
    whole = ids(scan_text(b"".join(lines)))
    told = emptied_at(lines, 15, True)
    ok(list(standing(told)) == whole and [record.get("replaces") for record in told[1:]] == ids(told)[:-1],
       "a record that is told again under its id takes the place of itself", str([(r["id"], r.get("replaces")) for r in told]))


def check_emptied_in_other_reports():
    """A stall has no end but its last frame, and no header; what the task killed in line 77 failed to get, in lines 78 to 134, is part of
    that kill, also where a log is read on from line 275."""
    for name, cut in ("lab-6.1-memcg-v2-high-stall", 13), ("lab-newest-host-storm", 286), ("handmade-4.18-lru-lockup", 7):
        lines = stamped(f"samples/{name}.log", b"db1", 60).splitlines(True)
        if os.path.exists("state"):
            os.unlink("state")
        told = standing(emptied_at(lines, cut, False))
        ok(sorted(told) == sorted(ids(scan_text(b"".join(lines)))), f"{name}: emptied behind line {cut} it is told as a whole",
           str([(record["id"], record["kind"]) for record in told.values()]))


def check_rotated_in_a_report():
    """Half of the report told of in a scan before the rotation, the rest in the next file."""
    text = stamped(REPORT, b"db1", 60)
    cut = text.index(b"Memory cgroup stats for") - 60
    write("log/kern.log", quiet(900) + text[:cut])
    told = again("log")
    os.rename("log/kern.log", "log/kern.log.1")
    write("log/kern.log", text[cut:] + quiet(900))
    told += again("log")
    ok(len(told) == 1 and told[0]["id"] == scan_text(text)[0]["id"] and again("log") == [],
       "a report that was rotated away half written is told whole, once", str(ids(told)))
    os.rename("log/kern.log.1", "log/kern.log.2")
    os.rename("log/kern.log", "log/kern.log.1")
    write("log/kern.log", quiet(900))
    ok(again("log") == [], "and not again when its files move on")


def check_names():
    """The same, however the rotation names its files: what is written to, what that is called then, and what comes next."""
    text = stamped(REPORT, b"db1", 60)
    cut = text.index(b"Memory cgroup stats for") - 60
    for first, then, after in (("kern.log", "kern.1.log", "kern.log"), ("kern.log", "kern-20250301.log", "kern.log"),
                               ("kern.log", "old/kern.log-20250301", "kern.log"),
                               ("2025-02-28.log", "2025-02-28.log", "2025-03-01.log"),
                               ("20250228/kern.log", "20250228/kern.log", "20250301/kern.log")):
        shutil.rmtree("log")
        if os.path.exists("state"):
            os.unlink("state")
        for name in first, then, after:
            os.makedirs(os.path.dirname("log/" + name), exist_ok=True)
        write("log/" + first, quiet(900) + text[:cut])
        told = again("log")
        os.rename("log/" + first, "log/" + then)
        write("log/" + after, text[cut:] + quiet(900))
        told += again("log")
        ok(len(told) == 1 and told[0]["id"] == scan_text(text)[0]["id"] and again("log") == [],
           f"{then}, {after}: told whole, once", str([record["source"]["path"] for record in told]))


def check_replaced():
    text = stamped(REPORT, b"db1", 60)
    other = text.replace(b"db1", b"db2")
    write("log/kern.log", text, age=600)
    told = again("log")
    os.unlink("log/kern.log")
    write("log/kern.log", other, age=600)
    more = again("log")
    ok(len(told) == len(more) == 1 and told[0]["id"] != more[0]["id"], "another file of the same size is read")
    status = os.stat("log/kern.log")
    middle = quiet(4000)
    write("log/big.log", middle + text + middle)
    told = again("log")
    changed = middle + text.replace(b"db1", b"db3") + middle
    write("log/big.log", changed)
    os.utime("log/big.log", ns=(status.st_atime_ns, status.st_mtime_ns))
    more = again("log")
    ok(told == [] and ids(more) == ids(scan_text(changed)), "also one with the same start, end and time, changed within",
       f"{ids(told)} {ids(more)}")


def check_unmatched():
    text = stamped(REPORT, b"db1", 60)
    for part in text[:len(text) // 2], text:
        write("kern.log", part, age=3600)
        again("--where", "class is slab", "--summary", "kern.log")
        ok("--where does not hold for 1." in scan.words, "what --where leaves out is counted in its scan", scan.words)


def check_archive():
    write("kern.log", quiet(100) + stamped(REPORT, b"db1", 60))
    subprocess.run(["tar", "-czf", "log/case.tar.gz", "kern.log"], check=True)
    first, second = again("log"), again("log")
    with open("kern.log", "ab") as file:
        file.write(stamped(REPORT, b"db2", 120))
    subprocess.run(["tar", "-czf", "log/case.tar.gz", "kern.log"], check=True)
    third = again("log")
    ok(len(first) == 1 and second == [] and len(third) == 1 and third[0]["host"] == "db2",
       "of an archive that changed only what is new is told")


def check_unreadable():
    write("log/kern.log", stamped(REPORT, b"db1", 60))
    scan("--state", "state", "log", "absent.log", status=(2,))
    first = scan.words
    scan("--state", "state", "log", "absent.log", status=(2,))
    ok(first.count("absent.log") == 1 and scan.words.count("absent.log") == 1, "what cannot be read is told every time")


def check_refusals():
    write("log/kern.log", stamped(REPORT, b"db1", 60))
    write("state", b"something else\n")
    scan("--state", "state", "log", status=(2,))
    ok("line 1 is none" in scan.words and read_here("state") == b"something else\n",
       "a file that is no state is refused and stays", scan.words)
    os.unlink("state")
    again("log")
    good = read_here("state")
    write("state", good[:len(good) * 2 // 3])
    scan("--state", "state", "log", status=(2,))
    ok("is none that whyoom writes" in scan.words, "so is half a state", scan.words)
    write("state", good)
    os.chmod("state", 0o600)
    scan("--state", "state", "log")
    ok(os.stat("state").st_mode & 0o777 == 0o600, "a state that others may not read stays so")
    write("state.new", good[:100])
    again("log")
    ok(not os.path.exists("state.new") and read_here("state"), "what a killed scan left beside the state is taken away")
    os.mkfifo("slow")
    first = subprocess.Popen([whyoom, "scan", "--state", "state", "slow"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    feeder = os.open("slow", os.O_WRONLY)
    scan("--state", "state", "log", status=(2,))
    ok("another scan uses it" in scan.words, "two scans at once are one too many", scan.words)
    os.close(feeder)
    first.communicate()


def read_here(path):
    with open(path, "rb") as file:
        return file.read()


def rows(database="fleet.db"):
    with sqlite3.connect(database) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM incidents ORDER BY id")]


def check_database():
    write("log/kern.log", stamped(REPORT, b"db1", 60), age=600)
    scan("--db", "fleet.db", "--state", "state", "log")
    shutil.copy("fleet.db", "backup.db")
    write("log/kern.log", stamped(REPORT, b"db2", 120), "ab", age=600)
    scan("--db", "fleet.db", "--state", "state", "log")
    ok(len(rows()) == 2, "the database gets what is new")
    scan("--db", "backup.db", "--state", "state", "log")
    ok(len(rows("backup.db")) == 2 and "read again" in scan.words, "an older copy of it gets what it lacks", scan.words)
    scan("--db", "other.db", "--state", "state", "log")
    ok(len(rows("other.db")) == 2, "another database gets everything")


def check_kills():
    """Killed at any moment, again and again, while the logs grow: the database holds what one scan finds."""
    chance = random.Random(6)
    texts = [quiet(30) + stamped(REPORT, b"db%d" % i, 60 * i) for i in range(60)]
    end = 0
    kills = 0
    for round_ in range(40):
        for _ in range(chance.randrange(3)):
            if end < len(texts):
                write(f"log/host{end % 5}.log", texts[end], "ab")
                end += 1
        if round_ % 7 == 3 and os.path.exists("log/host1.log"):
            os.rename("log/host1.log", f"log/host1.log.{round_}")
        process = subprocess.Popen([whyoom, "scan", "--db", "fleet.db", "--state", "state", "log"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.random() * 0.06)
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
    scan("--db", "fleet.db", "--state", "state", "log")
    expected = sorted(set(ids(scan("log"))))
    ok(kills > 3 and rows() == expected and len(expected) > 20,
       f"killed {kills} times at any moment, the database holds every incident once",
       f"{len(rows())} for {len(expected)}")
    whole = scan("log")
    told = []
    for _ in range(30):
        process = subprocess.Popen([whyoom, "scan", "--state", "lines", "log"], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        output = process.communicate()[0]
        told += [json.loads(line) for line in output.splitlines(True) if line.endswith(b"\n")]
        if process.returncode == 0:
            break
    told += scan("--state", "lines", "log")
    ok(sorted(standing(told)) == sorted(set(ids(whole))), "JSON lines of killed scans lack nothing, and ids fold them")
    ok(scan("--state", "lines", "log") == [], "after a scan that ended nothing is told again")


def main():
    tests = [check_growth] if EVERY_BYTE else [
        check_second_run, check_growth, check_lines, check_silent, check_half_line, check_rotations, check_grown_and_rotated,
        check_truncated_in_a_report, check_emptied_before_a_panic, check_emptied_in_a_failure, check_emptied_in_other_reports,
        check_rotated_in_a_report, check_names, check_replaced, check_unmatched, check_archive, check_unreadable, check_refusals,
        check_database, check_kills]
    for test in tests:
        in_folder(test)
    plan()


main()
