"""Compare what `whyoom scan` finds in a folder of logs with a table of expectations; prints TAP."""

import glob
import json
import os
import subprocess
import sys


def expectations(path):
    """{"094": [("global", 1), ...]} from lines "094  global 1 x20"."""
    table = {}
    for line in open(path):
        words = line.split("#")[0].split()
        if not words:
            continue
        pairs = []
        for word in words[1:]:
            if word.startswith("x") and word[1:].isdigit():
                pairs[-1:] = pairs[-1:] * int(word[1:])
            elif word.isdigit():
                pairs[-1] = (pairs[-1], int(word))
            else:
                pairs.append(word)
        table[words[0]] = pairs
    return table


def scan(whyoom, path):
    """The status and the (scope, victims) pairs of one file."""
    done = subprocess.run([whyoom, "scan", path], capture_output=True, timeout=60)
    records = [json.loads(line) for line in done.stdout.decode().splitlines()]
    found = [(r.get("scope", "unknown"), len(r.get("victims", []))) for r in records]
    return done.returncode, found, done.stderr.decode(errors="replace")


def mistake(pairs, status, found, stderr):
    """What is wrong, or None."""
    if status != (0 if pairs else 1) or stderr:
        return f"status {status}: {stderr.strip()[-200:]}"
    if len(found) != len(pairs):
        return f"{len(found)} incidents, expected {len(pairs)}"
    for number, ((scope, victims), (scopes, count)) in enumerate(zip(found, pairs), 1):
        if scope not in scopes.split("|"):
            return f"incident {number}: scope {scope}, expected {scopes}"
        if victims != count:
            return f"incident {number}: {victims} victims, expected {count}"
    return None


def main():
    whyoom, folder, table = sys.argv[1], sys.argv[2], expectations(sys.argv[3])
    files = sorted(glob.glob(os.path.join(folder, "*.log")))
    for number, path in enumerate(files, 1):
        name = os.path.basename(path)
        pairs = table.pop(name[:3], None)
        wrong = "no expectation" if pairs is None else mistake(pairs, *scan(whyoom, path))
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        if wrong:
            print(f"# {wrong}")
    print(f"1..{len(files)}")
    return 0


sys.exit(main())
