"""Break a small dump in many ways and read it; prints TAP. Usage: dumps.py WHYOOM FLIPS CUTS [all]

Each broken dump is read by `scan` and by one view, the next one each time; with `all`, by every view.

Whatever is broken, whyoom ends by itself, soon, with status 0, 1 or 2, all its output is JSON, and no sanitizer
complains of its own code. The library that opens dumps may die of a broken header; that happens in a process of its
own and is one line."""

import glob
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import zlib

WHYOOM, FLIPS, CUTS, IS_ALL = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:] == ["all"]
PAGE = 4096
VIEWS = "summary log cgroups lru pages zones slabs tasks shmem swap stacks huge".split()
SECONDS = 60


class Dump:
    """A kdump-compressed file of one's own making (tests/lab/shrink.py), in pieces."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        head_blocks, map_blocks = struct.unpack_from("<ii", self.bytes, 432)
        self.table = (1 + head_blocks + map_blocks) * PAGE
        self.pages = struct.unpack_from("<I", self.bytes, 452)[0]

    def flip_header(self, chance):
        """One bit of the headers, bit maps or page descriptions."""
        broken = bytearray(self.bytes)
        at = chance.randrange(self.table + 24 * self.pages)
        broken[at] ^= 1 << chance.randrange(8)
        return bytes(broken), f"bit of byte {at}"

    def flip_memory(self, chance):
        """One bit of a page of the dead machine, which then stands at the end, as it is."""
        broken = bytearray(self.bytes)
        page = chance.randrange(self.pages)
        at, length, flags = struct.unpack_from("<qII", broken, self.table + 24 * page)
        content = bytearray(zlib.decompress(broken[at:at + length]) if flags & 1 else broken[at:at + length])
        place = chance.randrange(PAGE)
        content[place] ^= 1 << chance.randrange(8)
        struct.pack_into("<qII", broken, self.table + 24 * page, len(broken), PAGE, 0)
        return bytes(broken + content), f"bit of byte {place} of page {page}"

    def cut(self, chance):
        length = chance.randrange(len(self.bytes))
        return self.bytes[:length], f"cut to {length} bytes"


def own_mistake(err):
    """The line of a sanitizer's report that lies in this project, first of all its frames."""
    if "Sanitizer" not in err and "runtime error" not in err:
        return None
    frames = re.findall(r"^\s*#\d+ \S+ in (\S+) (\S+)", err, re.M)
    frames = [frame for frame in frames if not frame[0].startswith("__interceptor")]
    if frames and re.match(r"(\./|\S*/)?(parsers|analyzer)/", frames[0][1]):
        return " ".join(frames[0])
    return "runtime error" if "runtime error" in err else None


def trouble(words, path):
    try:
        done = subprocess.run([WHYOOM, *words, path], capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return f"no end within {SECONDS} s"
    err = done.stderr.decode(errors="replace")
    if done.returncode not in (0, 1, 2):
        return f"status {done.returncode}: {err[-300:]}"
    if own_mistake(err):
        return own_mistake(err)
    for line in done.stdout.splitlines():
        try:
            json.loads(line)
        except ValueError:
            return f"no JSON: {line[:80]!r}"
    return None


def break_and_read(name, breaker, count, seed, folder, number):
    chance, failures = random.Random(seed), []
    for i in range(count):
        broken, what = breaker(chance)
        path = os.path.join(folder, "vmcore")
        with open(path, "wb") as file:
            file.write(broken)
        views = VIEWS if IS_ALL else [VIEWS[i % len(VIEWS)]]
        for words in (["scan"], *(["inspect", "--format", "json", view] for view in views)):
            problem = trouble(words, path)
            if problem:
                failures.append(f"{what}, {' '.join(words)}: {problem}")
    print(f"{'not ' if failures else ''}ok {number} - {count} dumps {name}")
    for failure in failures:
        print(f"# {failure}")


def main():
    samples = sorted(glob.glob("samples/dump-*-many-owners.vmcore"))
    if not samples:
        print("ok 1 - broken dumps # SKIP no dump in samples/")
        return
    number = 1
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        flips, cuts = FLIPS // 2 // len(samples), CUTS // len(samples)
        for seed, path in enumerate(samples):
            dump, name = Dump(path), os.path.basename(path)
            for what, breaker, count in ((f"with a flipped bit in the headers: {name}", dump.flip_header, flips),
                                         (f"with a flipped bit in their memory: {name}", dump.flip_memory, flips),
                                         (f"that end early: {name}", dump.cut, cuts)):
                break_and_read(what, breaker, count, seed, folder, number)
                number += 1
    print(f"1..{number - 1}")


main()
