"""The figures of the reports in a log, read with a few plain patterns, to hold the record's figures against.

This is on purpose not how whyoom reads a log: a second, simple reading of the same lines, good enough for the lab's clean logs.
"""
import re

UNLIMITED_KB = 9007199254740000
ZONE = re.compile(r"Node (\d+) (\w+) free:(\d+)kB .*?min:(\d+)kB low:(\d+)kB high:(\d+)kB .*?managed:(\d+)kB")
KILL = re.compile(r"Killed process (\d+) \(.*?\) total-vm:(\d+)kB, anon-rss:(\d+)kB, file-rss:(\d+)kB, shmem-rss:(\d+)kB"
                  r"(?:, UID:(\d+) pgtables:(\d+)kB oom_score_adj:(-?\d+))?")  # the tail came after 4.18
SWAP = re.compile(r"\] (Free|Total) swap +?= (\d+)kB")
COUNTER = re.compile(r"\] (memory|memory\+swap|swap|kmem): usage (\d+)kB, limit (\d+)kB, failcnt (\d+)")
HEADER = re.compile(r"\] (.*) invoked oom-killer: gfp_mask=(0x[0-9a-f]+)\(.*\), order=(-?\d+), oom_score_adj=(-?\d+)")
BEGIN = re.compile(r"\] .* invoked oom-killer: |\] .*: page allocation failure: order:")
DECISION = re.compile(r"Killed process .*|no killable processes.*|Kernel panic.*")
TASK_ROW = re.compile(r"\] \[ *(\d+)\] +\d+ +\d+ +\d+ ")
VICTIM_KEYS = ["total_vm_bytes", "anon_rss_bytes", "file_rss_bytes", "shmem_rss_bytes", "uid", "pgtables_bytes", "oom_score_adj"]


def reports(text):
    """(where it begins, its lines) of each report: from its header to the first decision after it, or to the next header.
    An allocation failure behind a kill is left out: it may be the victim's own last dump, which belongs to the kill."""
    begins = [begin.start() for begin in BEGIN.finditer(text)]
    for begin, following in zip(begins, begins[1:] + [len(text)]):
        decision = DECISION.search(text, begin, following)
        report = text[begin:decision.end() if decision else following]
        if HEADER.search(report) or not DECISION.search(text, 0, begin):
            yield begin, report


def of_report(report):
    """(path into the record, value) of everything that the patterns know."""
    for comm, mask, order, adj in HEADER.findall(report)[:1]:
        yield "trigger.comm", comm
        yield "trigger.gfp_mask", int(mask, 16)
        yield "trigger.order", int(order)
        yield "trigger.oom_score_adj", int(adj)
    for name, usage, limit, failcnt in COUNTER.findall(report):
        counter = "memcg." + name.replace("memory+swap", "memsw")
        yield counter + ".usage_bytes", int(usage) * 1024
        yield counter + ".failcnt", int(failcnt)
        if int(limit) < UNLIMITED_KB:
            yield counter + ".limit_bytes", int(limit) * 1024
    for node, zone, *values in ZONE.findall(report):
        for key, value in zip(["free", "min", "low", "high", "managed"], values):
            yield f"host_memory.zones[{node} {zone}].{key}_bytes", int(value) * 1024
    for name, value in SWAP.findall(report):
        yield f"host_memory.swap.{name.lower()}_bytes", int(value) * 1024
    rows = len(TASK_ROW.findall(report))
    if rows:
        yield "tasks_total", rows
    for pid, *values in KILL.findall(report)[:1]:
        for key, value in [(k, v) for k, v in zip(VICTIM_KEYS, values) if v]:
            yield f"victims[{pid}].{key}", int(value) * (1024 if key.endswith("bytes") else 1)


def pick(record, path):
    """What the record says under a path as of_report() gives it; None when it says nothing."""
    here = record
    for key, selector in re.findall(r"(\w+)(?:\[([^]]*)\])?\.?", path):
        here = (here or {}).get(key)
        if selector and " " in selector:
            node, name = selector.split()
            here = next((z for z in here or [] if z.get("node") == int(node) and z.get("name") == name), None)
        elif selector:
            here = next((v for v in here or [] if v.get("pid") == int(selector)), None)
    return int(here, 16) if path.endswith("gfp_mask") and isinstance(here, str) else here


def compare(text, record):
    """(path, what the log says, what the record says), for each figure of the first report that leads to a kill."""
    first = next((report for _, report in reports(text) if HEADER.search(report)), "")
    return [(path, value, pick(record, path)) for path, value in of_report(first)]
