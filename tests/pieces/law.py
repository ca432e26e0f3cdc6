"""map(A+B) = merge(map(A), map(B)), byte for byte, through the program; prints TAP. Usage: law.py WHYOOM"""
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # nothing is left beside the sources
sys.path.insert(0, "tests")
from tap import ok, plan, skip

whyoom = os.path.abspath(sys.argv[1])


def run(*arguments, text=None):
    return subprocess.run([whyoom, *arguments], input=text, capture_output=True)


def map_piece(text, offset, name="kern.log"):
    return run("map", "--stream", name, "--offset", str(offset), "-", text=text).stdout


def merge(*outputs):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, output in enumerate(outputs):
            paths.append(os.path.join(folder, str(i)))
            with open(paths[-1], "wb") as file:
                file.write(output)
        return run("merge", *paths).stdout


def merge_status(*outputs):
    with tempfile.TemporaryDirectory() as folder:
        for i, output in enumerate(outputs):
            with open(os.path.join(folder, str(i)), "wb") as file:
                file.write(output)
        done = subprocess.run([whyoom, "merge", *sorted(os.listdir(folder))], cwd=folder, capture_output=True)
        return done.returncode, done.stderr.decode()


def records(output):
    return [line for line in output.splitlines() if line.startswith(b'{"schema":"whyoom.incident/1"')]


def read(path):
    with open(path, "rb") as file:
        return file.read()


SAMPLES = [
    "samples/el8-4.18-memsw-file-fault.log",
    "samples/lab-6.12-memcg-v2-group-kill.log",
    "samples/lab-6.1-memcg-v2-two-at-once.log",
]
QUIET = b"Nov 23 01:02:03 web1 nginx[812]: 10.0.0.1 GET /static/index.html 200 612 0.004 upstream a-b-c ok\n"


def fleet(hosts, lines, chance):
    """Lines of many hosts, each with reports of its own, shuffled; the order within a host stays."""
    queues = []
    for host in range(hosts):
        reports = b"".join(read(chance.choice(SAMPLES)) for _ in range(2))
        texts = [b"boot noise %d" % i for i in range(lines)]
        at = chance.randrange(lines)
        texts[at:at] = [line for line in reports.splitlines()]
        if chance.random() < 0.5:
            texts.insert(0, b"[    0.000000] Linux version 6.1.0-%d-amd64 (debian-kernel@lists.debian.org)" % host)
        queues.append([b"Nov 23 01:02:03 host%03d kernel: " % host + text for text in texts])
    out = []
    while queues:
        queue = chance.choice(queues)
        for _ in range(chance.randrange(1, 60)):
            if queue:
                out.append(queue.pop(0))
        if not queue:
            queues.remove(queue)
    return b"\n".join(out) + b"\n"


def check_cuts(text, cuts, name, chance):
    whole = map_piece(text, 0)
    edges = sorted(set([0, *cuts, len(text)]))
    pieces = [map_piece(text[a:b], a) for a, b in itertools.pairwise(edges)]
    chance.shuffle(pieces)
    ok(merge(*pieces) == whole and records(whole), f"{name}: merged in any order it is the map of the whole")
    grouped = list(pieces)
    while len(grouped) > 1:
        chance.shuffle(grouped)
        count = chance.randrange(2, 5)
        grouped = [merge(*grouped[:count]), *grouped[count:]]
    ok(grouped[0] == whole, f"{name}: merged in any grouping too")
    ok(merge(whole, *pieces, whole) == whole, f"{name}: a piece given twice, or within another, counts once")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "kern.log"), "wb") as file:
            file.write(text)
        scan = subprocess.run([whyoom, "scan", "kern.log"], cwd=folder, capture_output=True).stdout
    ok(records(whole) == scan.splitlines(), f"{name}: the records are those of scan")


def check_overlaps(chance):
    text = QUIET * 700 + read(SAMPLES[0]) + QUIET * 900 + read(SAMPLES[1])
    whole = map_piece(text, 0)
    bad = []
    for _ in range(40):
        edges = sorted(chance.sample(range(len(text)), 3)) + [len(text)]
        pieces = [map_piece(text[a:b], a) for a, b in itertools.pairwise([0, *edges])]
        if merge(merge(*pieces[1:]), merge(*pieces[:3])) != whole or merge(map_piece(text[edges[0]:], edges[0]), merge(*pieces[:3])) != whole:
            bad.append(edges)
    ok(not bad, "merges and maps that overlap in part are the whole", f"edges {bad[:5]}")
    unmarked = [json.loads(line) for line in map_piece(text[500:], 500).splitlines()]
    unmarked[-1].pop("line_marks")
    status, words = merge_status(map_piece(text[:4000], 0), "".join(json.dumps(line) + "\n" for line in unmarked).encode())
    ok(status == 2 and words.count("\n") == 1 and "older whyoom" in words,
       "an overlap whose lines nobody counted in common is refused in one line", f"{status} {words}")


def check_damage():
    """Of what map wrote a line is lost, or its coverage is of fewer bytes."""
    text = QUIET * 3000 + read(SAMPLES[0]) + QUIET * 3000 + read(SAMPLES[1])
    cut = len(text) - 2000
    lines = map_piece(text[:cut], 0).splitlines(keepends=True)
    kinds = [json.loads(line)["schema"].split(".")[1].split("/")[0] for line in lines]
    rest = map_piece(text[cut:], cut)
    whole = set(records(merge(b"".join(lines), rest)))
    silent = []
    for i, kind in enumerate(kinds):
        damaged = b"".join(lines[:i] + lines[i + 1:])
        status, words = merge_status(damaged, rest)
        if not whole <= set(records(merge(damaged, rest))) and status != 2:
            silent.append((i, kind))
    ok(len(whole) == 2 and set(kinds) == {"incident", "fragment", "coverage"} and not silent,
       "a line of a map that is lost takes no incident with it without a word", str(silent))
    whole_map = b"".join(lines)
    told = [merge_status(damaged, rest) for damaged in (b"".join(lines[:-1]), whole_map[:-60], b"")]
    ok(all(status == 2 and words.count("\n") == 1 for status, words in told), "a map that was cut short, or is empty, is told of in one line", str(told))
    padded = b"{" + b" " * (64 << 20) + lines[-1][1:]  # good JSON, but longer than LIMIT_RECORD
    status, words = merge_status(b"".join(lines[:-1]) + padded + lines[-1])
    ok(status == 2 and f"1 line was left out that whyoom map or merge did not write so, the first is line {len(lines)}\n" in words
       and words.count("\n") == 1, "a line that is longer than any record is left out, not read into memory; the next is taken", words)
    broken = run("merge", "/proc/self/mem")  # nothing is mapped at address 0
    ok(broken.returncode == 2 and broken.stderr.count(b"\n") == 1 and b": Input/output error" in broken.stderr,
       "what cannot be read to its end is not taken for a map that ends there", broken.stderr.decode())
    coverage = json.loads(lines[-1])
    coverage.update(bytes=len(QUIET) * 3000 - 5, lines=2999, line_marks=[])
    status, words = merge_status(b"".join(lines[:-1]) + json.dumps(coverage).encode() + b"\n")
    ok(status == 2 and "are lost" in words, "nor does a coverage of too few bytes", f"{status} {words}")


def check_what_follows():
    """A block behind the kill line, a piece's own incident, is no loss where the whole report takes it in."""
    for sample, line in (("lab-6.1-host-swap-off", 100), ("lab-6.12-host-hugetlb", 90), ("lab-newest-host-storm", 90)):
        text = read(f"samples/{sample}.log")
        cut = len(b"".join(text.splitlines(keepends=True)[:line]))
        pieces = map_piece(text[:cut], 0), map_piece(text[cut:], cut)
        status, words = merge_status(*pieces)
        ok(merge(*pieces) == map_piece(text, 0) and status == 0 and not words, f"{sample}: nothing is lost that the whole takes in", words)


def check_hole():
    """A piece that nobody gave is named; of a merge that others follow it is no failure."""
    text = read(SAMPLES[0])
    first, middle, last = (map_piece(text[n:n + 1000], n) for n in (0, 1000, 2000))
    status, words = merge_status(last, first)
    ok(status == 0 and words.count("\n") == 1 and "bytes 1000 to 1999 " in words, "a hole between pieces is told of", words)
    status, words = merge_status(last, first, middle)
    ok(status == 0 and not words, "and not where none is", words)


def check_contradiction():
    """Two shards of which each was said to begin the log."""
    text = read(SAMPLES[0])
    shards = [map_piece(text[n:n + 1000], 0) for n in (0, 1000, 2000)]
    status, words = merge_status(*shards)
    ok(status == 2 and words.count("\n") == 1 and "differ" in words, "pieces of one place that differ are told of in one line", words)
    longer = map_piece(text, 0)
    status, words = merge_status(longer, *shards[:1])
    ok(status == 0 and not words, "one that went on does not differ", words)


def check_threads(name, text):
    """Threads that search ahead in a big file change nothing of what is read."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "kern.log"), "wb") as file:
            file.write(text)
        outputs = [subprocess.run([whyoom, "scan", *jobs, "kern.log"], cwd=folder, capture_output=True).stdout
                   for jobs in ([], ["-j2"], ["-j7"])]
    ok(outputs[0] and outputs.count(outputs[0]) == len(outputs), f"{name}: -j2 and -j7 write what -j1 does")


def check_schemas(output):
    name = "every line fits its schema in docs/"
    try:
        import jsonschema
    except ImportError:
        skip(name, "no python3-jsonschema")
        return
    schemas = {}
    for kind in ("incident", "fragment", "coverage"):
        with open(f"docs/{kind}.schema.json", encoding="utf-8") as file:
            schemas[f"whyoom.{kind}/1"] = jsonschema.Draft202012Validator(json.load(file))
    bad = []
    for line in output.splitlines():
        record = json.loads(line)
        bad += [error.message for error in schemas[record["schema"]].iter_errors(record)]
    ok(not bad, name, str(bad[:3]))


def main():
    chance = random.Random(6)
    for sample in SAMPLES:
        text = read(sample)
        whole = map_piece(text, 0)
        step = max(1, len(text) // 40)
        bad = [cut for cut in range(1, len(text), step)
               if merge(map_piece(text[cut:], cut), map_piece(text[:cut], 0)) != whole]
        ok(not bad, f"{sample}: cut in two and merged it is the map of the whole", f"cuts {bad[:10]}")
    noise = QUIET * 12000
    text = b"".join(noise + read(sample) for sample in SAMPLES) + noise
    places = [len(noise) - 50, len(noise) + 700, 2 * len(noise) + 3500, len(text) - len(noise) + 20, 50000, 64 * 1024]
    check_cuts(text, places, "reports between quiet lines", chance)
    text = fleet(20, 400, chance)
    check_cuts(text, [chance.randrange(len(text)) for _ in range(12)], "a shuffled file of 20 hosts", chance)
    text = QUIET * 9000 + b"x" * 700000 + b"\n" + read(SAMPLES[0]) + QUIET * 9000 + b"y" * 300000 + b" oom-kill\n"
    check_cuts(text, [len(QUIET) * 9000 + n for n in (10, 200000, 300000, 600000, 700000, 700001)] +
               [len(text) - n for n in (5, 299000, 20000)], "lines longer than any log has", chance)
    text = b"".join(bytes([n]) for n in range(256)) * 20 + b"\n" + read(SAMPLES[1])
    check_cuts(text, [100, 3000, 5121, 6000], "bytes that are no text", chance)
    check_overlaps(chance)
    check_damage()
    check_what_follows()
    check_hole()
    check_contradiction()
    texts = [read(os.path.join("samples", name)) for name in sorted(os.listdir("samples")) if name.endswith(".log")]
    check_threads("the samples in 16 MiB", b"".join(QUIET * chance.randrange(2800) + text for text in texts))
    check_threads("the samples end to end, twelve times", b"".join(texts) * 12)
    check_schemas(map_piece(text, 0, "kern\udcff.log") + whole)
    plan()


main()
