"""A report cut in two by the rotation of its log is one; what only looks so stays two. Prints TAP. Usage: rotated.py WHYOOM"""
import gzip
import io
import itertools
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile

sys.dont_write_bytecode = True  # nothing is left beside the sources
sys.path.insert(0, "tests")
from tap import ok, plan

whyoom = os.path.abspath(sys.argv[1])


def read(path):
    with open(path, "rb") as file:
        return file.read()


def scan(files, *arguments):
    """What is found in a directory with these files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with (gzip.open if name.endswith(".gz") else open)(os.path.join(folder, name), "wb") as file:
                file.write(text)
        arguments = arguments or (".",)
        done = subprocess.run([whyoom, "scan", *arguments], cwd=folder, capture_output=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


SAMPLES = ["samples/el8-4.18-memsw-file-fault.log", "samples/lab-6.1-host-mlock.log",
           "samples/lab-6.12-memcg-v2-group-kill.log"]
QUIET = b"[    1.000000] boot noise\n" * 4000


def places(text):
    """The line ends of the report up to its kill line."""
    kill = text.index(b"illed process")
    last = text.rindex(b"\n", 0, kill) + 1
    first = text.index(b"invoked oom-killer")
    return [at + 1 for at, byte in enumerate(text[:last]) if byte == 10 and at > first]


def unlocated(record):
    """The record without where it was read and when."""
    return {key: value for key, value in record.items() if key not in ("source", "findings", "repeat", "quotes")}


def pack(path, kind, files, order):
    """An archive whose members stand in this order, in a directory."""
    def bytes_of(name):
        return gzip.compress(files[name]) if name.endswith(".gz") else files[name]
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in order:
                archive.writestr("var/log/" + name, bytes_of(name))
        return
    with tarfile.open(path, "w:gz" if kind == "tgz" else "w") as archive:
        for name in order:
            info = tarfile.TarInfo("./var/log/" + name)
            info.size = len(bytes_of(name))
            archive.addfile(info, io.BytesIO(bytes_of(name)))


def scan_archive(kind, files, order):
    with tempfile.TemporaryDirectory() as folder:
        pack(os.path.join(folder, "case"), kind, files, order)
        done = subprocess.run([whyoom, "scan", "case"], cwd=folder, capture_output=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def check_pipes(text):
    """An archive that has no path: standard input, a pipe, which is read on meanwhile."""
    middle = places(text)[len(places(text)) // 2]
    files = {"k.log": text[middle:] + QUIET, "k.log.1": QUIET + text[:middle], "z.log": 4 * QUIET + read(SAMPLES[2])}
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "tmp"))

        def run(command, **how):
            done = subprocess.run(["bash", "-c", command, whyoom], cwd=folder, capture_output=True, check=False,
                                  env={**os.environ, "TMPDIR": "tmp"}, **how)
            return [unlocated(record) for record in map(json.loads, done.stdout.splitlines())], done.stderr.decode()

        for kind in "tar", "tgz", "zip":
            pack(os.path.join(folder, "case"), kind, files, files)
            whole, _ = run("$0 scan case")
            for way in "$0 scan - <case", "cat case | $0 scan -", "$0 scan -j2 <(cat case)":
                found = run(way)
                ok(len(whole) == 2 and found == (whole, ""), f"{kind}: {way}", f"{len(found[0])} {found[1]}")
        ok(not os.listdir(os.path.join(folder, "tmp")), "nothing is left behind")
        pack(os.path.join(folder, "case"), "tar", files, files)
        found, words = run("rmdir tmp; cat case | $0 scan -")
        ok(len(found) == 3 and "-: reports may be cut" in words and "tmp: No such file" in words, "nowhere to keep it", words)
        os.mkdir(os.path.join(folder, "tmp"))
        # Python ignores SIGXFSZ, so that a write past the limit is an error, as on a full disk
        found, words = run("cat case | (ulimit -f 64; $0 scan -)", restore_signals=False)
        ok(len(found) == 3 and "-: reports may be cut" in words and "tmp: File too large" in words, "no room to keep it", words + str([(r["complete"], len(r["victims"])) for r in found]))
        with gzip.open(os.path.join(folder, "case"), "wb") as packed:
            packed.write(text)
        ok(run("cat case | $0 scan -") == run("$0 scan case"), "a packed log is no archive")
        packed = read(os.path.join(folder, "case"))
        with open(os.path.join(folder, "case"), "wb") as cut:
            cut.write(packed[:len(packed) * 3 // 4])
        ok(run("cat case | $0 scan -")[1] == run("$0 scan case")[1].replace("case:", "-:") != "", "one that breaks off, too")


def misplaced(records, files):
    """Lines that the records quote and that do not stand where the records say."""
    wrong = []
    for record in records:
        quoted = record["quotes"] + [item for finding in record["findings"] for item in finding["evidence"] if "line" in item]
        for item in quoted:
            lines = files[os.path.basename(item["file"])].splitlines()
            at = item["file_line"] - 1
            if at >= len(lines) or item["text"].encode() not in lines[at]:
                wrong.append((item["file"], item["file_line"], item["text"]))
    return wrong


def told(files, *arguments):
    """What whyoom tells of a directory with these files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(text)
        return subprocess.run([whyoom, *arguments, "."], cwd=folder, capture_output=True, check=False).stdout.decode()


def check_evidence(text, cut):
    """A line of the report is quoted from the file that it stands in."""
    first, second = QUIET + text[:cut], text[cut:] + QUIET
    files = {"k.log.1": first, "k.log": second}
    wrong = misplaced(scan(files), files)
    ok(not wrong, "lines are quoted from their files", str(wrong[:2]))
    packed = scan({"k.log.1.gz": first, "k.log": second})
    ok(not misplaced(packed, {"k.log.1.gz": first, "k.log": second}), "from a packed one too")
    three = {"k.log.2": first, "k.log.1": text[cut:cut + 700], "k.log": text[cut + 700:]}
    found = scan(three)
    places = {item["file"] for item in found[0]["quotes"]}
    # cut within a line: that line alone stands in no file as it was
    halves = misplaced(found, three)
    ok(len(found) == 1 and len(found[0]["source"]["parts"]) == 3 and len({item[1:] for item in halves}) <= 1 and
       {"./k.log.2", "./k.log"} <= places, "of three files, cut within a line", str(halves))
    kill = f"k.log:{[b'Killed process' in line for line in second.splitlines()].index(True) + 1}"
    for form, mark in ("text", f"{kill}  Memory cgroup out of"), ("md", f"{kill}: Memory cgroup out of"), ("html", f">{kill}</td>"):
        ok(mark in told(files, "--format", form, "--color", "never"), f"{form} points into the file", mark)
    with tempfile.TemporaryDirectory() as folder:
        def run(*arguments):
            return subprocess.run([whyoom, *arguments], cwd=folder, capture_output=True, check=False).stdout
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        records = run("scan", "--db", "fleet.db", "k.log.1", "k.log", "--format", "json")
        hidden = json.loads(run("scan", "--anonymize", "k.log.1", "k.log"))
        ok(run("report", "fleet.db", "--format", "json") == records and b"file_line" in records,
           "a database gives the same record")
        ok(f"{kill}: Memory cgroup out of" in run("report", "fleet.db", "--md", "--all").decode(), "and its ticket points into the file")
        ok(not any("k.log" in part["path"] for part in hidden["source"]["parts"]), "pseudonyms hide the files", str(hidden["source"]))
    ok("parts" not in scan({"k.log": text})[0]["source"], "a report in one file has no parts")


def families(text, cut):
    """Logs of four files, oldest first; a report is cut by the second rotation, another stands in the oldest."""
    other = read(SAMPLES[1])
    parts = [other, QUIET + text[:cut], text[cut:] + QUIET, QUIET]
    named = {"numbers": ["k.log.3.gz", "k.log.2.gz", "k.log.1", "k.log"],
             "dates": ["k.log-20240101.gz", "k.log-20240108", "k.log-20240115", "k.log"]}
    return {name: dict(zip(names, parts)) for name, names in named.items()}


def check_orders(text, cut):
    """In whatever order the files are named or packed, what is told is what their directory tells."""
    for name, files in families(text, cut).items():
        expected = [unlocated(record) for record in scan(files)]
        orders = list(itertools.permutations(files))
        for threads in "1", "2":
            bad = [order for order in orders
                   if [unlocated(record) for record in scan(files, "-j", threads, *order)] != expected]
            ok(not bad and len(expected) == 2, f"{name}: {len(orders)} orders of operands, {threads} threads", str(bad[:3]))
        for kind in "tar", "tgz", "zip":
            bad = [order for order in orders[::5 if kind == "zip" else 1]
                   if [unlocated(record) for record in scan_archive(kind, files, order)] != expected]
            ok(not bad, f"{name}: orders in an archive, {kind}", str(bad[:3]))
    files = families(text, cut)["numbers"]
    mixed = ["k.log", "other.log", "k.log.1", "k.log.2.gz", "k.log.3.gz"]
    found = scan({**files, "other.log": read(SAMPLES[2])}, *mixed)
    ok([record["source"]["path"] for record in found] == ["k.log.3.gz", "k.log.2.gz+k.log.1", "other.log"],
       "other files stay where they were named", str([record["source"]["path"] for record in found]))


def check_names(text, cut):
    """However a rotation names them: in a directory, by one thread, named one by one, and in an archive whose
    newest file stands first."""
    whole = [unlocated(record) for record in scan({"kern.log": text})]
    for older, newer in (("kern.1.log", "kern.log"), ("kern-20261106.log.gz", "kern.log"), ("2026-11-05.log", "2026-11-06.log"),
                         ("h1-20261105.log", "h1-20261106.log"), ("20261105/kern.log", "20261106/kern.log"),
                         ("2026/10/31/kern.log", "2026/11/01/kern.log"), ("2026-11-05/web1/kern.log", "2026-11-06/web1/kern.log"),
                         ("2026/10/31/web1/kern.log", "2026/11/01/web1/kern.log"), ("old/kern.log-20261106", "kern.log"),
                         ("Oct/kern.log", "Nov/kern.log"), ("archive/kern.log.1", "archive/kern.log"),
                         ("20261105/kern.log.1", "20261105/kern.log")):
        files = {newer: text[cut:] + QUIET, older: QUIET + text[:cut]}
        operands = [name.split("/")[0] for name in files]
        found = [scan(files), scan(files, "-j", "1", "."), scan(files, *operands), scan_archive("tgz", files, files)]
        ok(all([unlocated(record) for record in records] == whole for records in found), f"{older}, {newer}",
           str([[record["source"]["path"] for record in records] for records in found]))


def check_lacking_newline(text, cut):
    """A file that lacks its last newline tears nothing: what begins in the next is told as it stands there."""
    def told(older, newer):
        return sorted((record.get("host"), len(record["victims"]), record["complete"])
                      for record in scan({"kern.log.1": older, "kern.log": newer}))

    def whole(host, day=b"1"):
        return dressed(text, host).replace(b"Mar  1", b"Mar " + day.rjust(2))

    half = dressed(text[:cut], "h1")
    for what, older, newer in (("a whole report", whole("h1"), whole("h2")), ("a quiet line", QUIET, whole("h2")),
                               ("half a report", half, whole("h2", b"9")), ("kernel times alone", text, later(text, b"[90000."))):
        ok(told(older.rstrip(b"\n"), newer) == told(older, newer), f"{what} without its newline, then another host's", str(told(older.rstrip(b"\n"), newer)))


def check_other_machines(text, cut):
    """Names that may be of two machines join nothing where neither a host nor a clock tells that it is one."""
    def undressed(part):
        return b"".join(line.split(b"] ", 1)[-1] for line in part.splitlines(True))

    for older, newer in (("10.0.0.2", "10.0.0.1"), ("web.2.log", "web.1.log"), ("case-20261105.log", "case-20261106.log"),
                         ("ip-172-31-45-12", "ip-172-31-45-13"), ("backup/console.log.1", "console.log")):
        found = scan({older: undressed(text[:cut]), newer: undressed(text[cut:])})
        ok(len(found) == 2 and not any(record["complete"] for record in found), f"{older}, {newer}: not joined without a clock",
           str([record["source"]["path"] for record in found]))
        found = scan({older: text[:cut], newer: text[cut:]})
        ok(len(found) == (2 if older.startswith("ip-") else 1), f"{older}, {newer}: by the kernel's clock", str(len(found)))
    bare = {"kern.log.1": undressed(text[:cut]), "kern.log": undressed(text[cut:])}
    ok(len(scan(bare)) == 1 and len(scan_archive("tar", bare, bare)) == 1, "kern.log.1, kern.log: joined without a clock, in an archive too")
    days = {f"web1.2026.11.{day:02}.log": dressed(later(text, b"[%02d0000." % up), "web1").replace(b"Mar  1", b"Nov %2d" % day)
            for day, up in ((4, 40), (5, 50), (6, 60))}
    found = scan(days)
    ok([os.path.basename(record["source"]["path"]) for record in found] == sorted(days)
       and not any(record["repeat"]["reboots"] for record in found), "days written with dots are in order",
       str([record["source"]["path"] for record in found]))


def check_hosts(text):
    """Of many hosts in one archive, each has its report cut. Where little of it is in the next file, the archive is not
    read again, also where the records are too many to wait for its end; where it is more than a start, 64 times (limits.h)."""
    row = text[text.index(b"oom_score_adj name"):].splitlines(True)[1]
    noise = b"[    5.687800] usb 1-1: " + 80 * b"x" + b"\n"
    head, tail = text[:text.index(row)], text[text.index(row):]
    for name, second, whole in (("short", tail, 70), ("heavy", 250 * row + tail, 70), ("long", 400 * noise + tail, 64)):
        files = {}
        for host in range(70):
            files[f"h{host}/k.log"] = dressed(second, f"h{host}")
            files[f"h{host}/k.log.1"] = dressed(head, f"h{host}")
        with tempfile.TemporaryDirectory() as folder:
            pack(os.path.join(folder, "case"), "tar", files, files)
            done = subprocess.run([whyoom, "scan", "case"], cwd=folder, capture_output=True, check=False)
        sources = [json.loads(line)["source"]["path"] for line in done.stdout.splitlines()]
        joined = sum("+" in source for source in sources)
        ok(joined == whole and len(sources) == whole + 2 * (70 - whole), f"70 hosts in an archive, {name} rests", f"{joined} {len(sources)}")
        ok((b"read too often" in done.stderr) == (whole < 70), "it is said where the archive is not read again", done.stderr.decode())


def check_broken_off(text, cut):
    """Where packed bytes break off, what follows is not the rest."""
    def packed(part):
        return gzip.compress(part)[:-8]  # without its check sum and length

    def sources(found):
        return [os.path.basename(record["source"]["path"]) for record in found]

    files = {"k.log.1": packed(text[:cut]), "k.log": text[cut:]}
    found = scan(files)
    ok(sources(found) == ["k.log.1", "k.log"], "a packed file that breaks off goes on in no other", str(sources(found)))
    found = scan_archive("tar", files, files)
    ok(sources(found) == ["k.log.1", "k.log"], "nor does a member", str(sources(found)))
    found = scan({"k.log.2": text[:cut], "k.log.1": packed(text[cut:cut + 700]), "k.log": text[cut + 700:]})
    ok(sources(found) == ["k.log.2+k.log.1", "k.log"], "nor one in the middle", str(sources(found)))


def main():
    for sample in SAMPLES:
        text = read(sample)
        whole = scan({"kern.log": text})
        cuts = places(text)
        bad = [cut for cut in cuts[::max(1, len(cuts) // 12)]
               if [unlocated(record) for record in scan({"kern.log.1": text[:cut], "kern.log": text[cut:]})]
               != [unlocated(record) for record in whole]]
        ok(not bad, f"{sample}: cut by a rotation it is the whole report", f"cuts {bad}")
    text = read(SAMPLES[0])
    whole = scan({"kern.log": text})
    cut = places(text)[12]
    first, second = text[:cut], text[cut:]

    def is_whole(files, *arguments):
        return [unlocated(record) for record in scan(files, *arguments)] == [unlocated(record) for record in whole]

    ok(is_whole({"kern.log.2.gz": QUIET + first, "kern.log.1": second + QUIET}), "a packed file goes on in a plain one")
    ok(is_whole({"messages-20250301": first, "messages-20250302": second}), "files with dates")
    ok(is_whole({"kern.log.1": first, "kern.log": second}, "-j", "2", "."), "read at once by two threads")
    ok(is_whole({"kern.log.1": first, "kern.log": second}, "kern.log.1", "kern.log"), "named one by one")
    joined = scan({"kern.log.1": first, "kern.log": second})[0]
    ok(joined["source"]["path"] == "./kern.log.1+kern.log" and joined["source"]["end_byte"] > len(first),
       "the source names both files", str(joined["source"]))
    ok(len(scan({"kern.log.1": first, "kern.log": second}, "kern.log.1")) == 1 and
       not scan({"kern.log.1": first, "kern.log": second}, "kern.log.1")[0].get("victims"),
       "a file that was not named is not read")
    check_orders(text, cut)
    check_evidence(text, cut)
    check_names(text, cut)
    check_other_machines(text, cut)
    check_lacking_newline(text, cut)
    check_hosts(read(SAMPLES[1]))
    check_broken_off(text, cut)
    apart = {"other files": {"kern.log.1": first, "mail.log": second}, "a file is missing": {"kern.log.3": first, "kern.log.1": second},
             "another host": {"kern.log.1": dressed(first, "a"), "kern.log": dressed(second, "b")},
             "hours later": {"kern.log.1": first, "kern.log": later(second)}}
    for name, files in apart.items():
        found = scan(files)
        ok(len(found) == 2 and not found[0].get("victims") and found[1].get("victims"), f"{name}: two halves stay two",
           str([record.get("victims") for record in found]))
    dated = [b"2024-03-01T0%d:02:03Z h kernel: " % hour + line + b"\n" for hour, half in ((1, first), (9, second))
             for line in half.splitlines()]
    count = len(first.splitlines())
    found = scan({"kern.log.1": b"".join(dated[:count])[:-5], "kern.log": b"".join(dated[count:])})
    ok([record["source"]["path"] for record in found] == ["./kern.log.1", "./kern.log"],
       "half a line that nothing goes on with is of its file alone", str([record["source"] for record in found]))
    hosts = {"a": dressed(text, "a"), "b": dressed(read(SAMPLES[1]), "b")}
    lines = [line for pair in itertools.zip_longest(*(text.splitlines(True) for text in hosts.values()),
                                                        fillvalue=b"") for line in pair]
    middle = 60  # both reports are in their middle
    found = scan({"kern.log.1": b"".join(lines[:middle]), "kern.log": b"".join(lines[middle:])})
    ok(sorted(record["host"] for record in found if record["victims"]) == ["a", "b"] and len(found) == 2,
       "of two hosts whose reports are mixed, each is put together", str([record.get("host") for record in found]))
    frames = hosts["a"].splitlines(True)[12:]  # its head stood in a file that is gone
    others = hosts["b"].splitlines(True)
    found = scan({"kern.log.1": b"".join(frames[:4] + others[:20]), "kern.log": b"".join(frames[4:] + others[20:])})
    ok(sorted(record["host"] for record in found if record["victims"]) == ["a", "b"],
       "a few frames before the rotation, too little to be a report, lose nothing of it", str([record.get("host") for record in found]))
    boot = b"[    0.000000] Linux version 6.1.0-1-amd64 (debian-kernel@lists.debian.org)\n"
    found = scan({"kern.log": first + boot + read(SAMPLES[1])})
    ok(len(found) == 2 and not found[0].get("victims") and found[1]["victims"][0]["comm"] == "locker",
       "a boot ends the report that was open", str([record.get("victims") for record in found]))
    check_pieces(text)
    check_pipes(text)
    plan()


def check_pieces(text):
    """Rotated files that map is given as pieces of one log."""
    middle = places(text)[len(places(text)) // 2]
    with tempfile.TemporaryDirectory() as folder:
        for name, part, offset in ("kern.log", text[middle:], middle), ("kern.log.1", text[:middle], 0):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(part)
            with open(os.path.join(folder, name + ".map"), "wb") as file:
                subprocess.run([whyoom, "map", name, "--stream", "kern.log", "--offset", str(offset)], cwd=folder, stdout=file,
                               check=False)
        done = subprocess.run([whyoom, "merge", "kern.log.map", "kern.log.1.map"], cwd=folder, capture_output=True, check=False)
    merged = [record for record in map(json.loads, done.stdout.splitlines()) if record["schema"] == "whyoom.incident/1"]
    whole = scan({"kern.log": text})
    ok(len(whole) == 1 and list(map(unlocated, merged)) == list(map(unlocated, whole)),
       "map and merge put it together where the files are given as pieces of one log", str(len(merged)))


def dressed(text, host):
    return b"".join(b"Mar  1 01:02:03 %s kernel: %s\n" % (host.encode(), line) for line in text.splitlines())


def later(text, stamp=b"[20199999."):
    """The same lines at another time of the kernel's clock."""
    return b"".join(stamp + line[line.index(b".") + 1:] if line.startswith(b"[2014") else line
                    for line in text.splitlines(True))


main()
