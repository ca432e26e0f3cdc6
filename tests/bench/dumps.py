"""Dumps against drgn and crash, the best of five, files in the page cache. Usage: dumps.py WHYOOM FOLDER

The dumps are the lab's (tests/lab/run --dump 6.1 dump-many-owners dump-large), the debug information Debian's package of
that kernel (tests/lab/run --debuginfo 6.1); without them the rows are skipped, with the reason."""

import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from measure import Table, measure  # noqa: E402

WHYOOM, FOLDER = sys.argv[1:3]
CENSUS_PROGRAM = os.path.join(FOLDER, "census")
DUMP = "build/lab/6.1/dump-many-owners/vmcore-note.elf"
LARGE = "build/lab/6.1/dump-large/vmcore-note"
DEBUG = "build/lab/cache/debuginfo/6.1/usr/lib/debug/boot"
OPEN = 'print(prog["init_uts_ns"].name.release.string_())'
CENSUS = """
import time
from drgn.helpers.linux.mm import for_each_page
start, frames, charged = time.monotonic(), 0, 0
for page in for_each_page(prog):
    frames += 1
    charged += page.flags.value_() != 0 and page.memcg_data.value_() != 0
print(frames / (time.monotonic() - start))
"""


def skip(reason):
    print(f"skipped: dumps: {reason}")
    sys.exit(0)


def drgn():
    """The program, from PyPI, in an environment of its own."""
    venv = os.path.join(FOLDER, "venv")
    program = os.path.join(venv, "bin/drgn")
    if not os.path.exists(program):
        made = subprocess.run([sys.executable, "-m", "venv", venv], capture_output=True).returncode == 0 and \
            subprocess.run([venv + "/bin/pip", "-q", "install", "drgn"], capture_output=True).returncode == 0
        if not made:
            skip("no drgn: python3-venv or PyPI is missing")
    return program


def vmlinux():
    names = [name for name in os.listdir(DEBUG) if name.startswith("vmlinux")] if os.path.isdir(DEBUG) else []
    if not names:
        skip(f"no vmlinux below {DEBUG}; fetch it with tests/lab/run --debuginfo 6.1")
    return os.path.join(DEBUG, names[0])


def peer_census(command):
    script = os.path.join(FOLDER, "census.py")
    with open(script, "w") as file:
        file.write(CENSUS)
    out = subprocess.run([*command, script], capture_output=True, text=True)
    return float(out.stdout)


def census(dump, threads):
    """Frames a second of a second pass and of a first one, and what of this is no more than reading."""
    out = subprocess.run([CENSUS_PROGRAM, dump, str(threads)], capture_output=True, text=True, check=True)
    return map(float, out.stdout.split())


def unflattened(dump):
    """The same kdump-compressed dump as a plain file: to put it together is not what is measured."""
    plain = os.path.join(FOLDER, "large.kdump")
    if not os.path.exists(plain):
        with open(dump, "rb") as file:
            subprocess.run(["makedumpfile", "-R", plain], stdin=file, capture_output=True, check=True)
    return plain


def census_rows(table, peer):
    if not os.path.exists(LARGE + ".elf"):
        print(f"skipped: census of a large machine: no {LARGE}.elf; make it with tests/lab/run --dump 6.1 dump-large")
        return
    alone, _, _ = census(LARGE + ".elf", 1)
    table.row("page census, 4 GiB, a core", f"{alone / 1e6:.1f} M frames/s", f"drgn {peer / 1e6:.2f} M frames/s",
              f"{alone / peer:.0f}x", ">= 5 M frames/s", alone >= 5e6)
    plain = unflattened(LARGE + ".zlib")
    _, rate, share = census(plain, 1)
    table.row("the same, compressed, cold", f"{rate / 1e6:.1f} M frames/s", "reading alone", f"{share:.2f}", ">= 0.9",
              share >= 0.9)
    _, two, _ = census(plain, 2)
    table.row("the same, two threads", f"{two / 1e6:.1f} M frames/s", "one thread", f"{two / rate:.2f}x", ">= 1.7",
              two / rate >= 1.7)


def crash_row(table, debug, ours):
    """How long crash takes until its prompt stands there."""
    if not shutil.which("crash"):
        print("skipped: crash beside drgn: it is not here (apt-get install crash)")
        return
    words = os.path.join(FOLDER, "crash.words")
    with open(words, "w") as file:
        file.write("quit\n")
    peer, memory = measure(["crash", "-s", "-i", words, debug, DUMP])
    table.row("the same, DWARF, beside crash", f"{ours:.3f} s", f"crash open {peer:.3f} s, {memory:.0f} MiB", f"{ours / peer:.2f}",
              "< 1.00", ours < peer)


def main():
    if not os.path.exists(DUMP):
        skip(f"no {DUMP}; make it with tests/lab/run --dump 6.1 dump-many-owners")
    table, debug = Table(), vmlinux()
    command = [drgn(), "-q", "-c", DUMP, "-s", debug, "--no-default-symbols"]
    cache = os.path.abspath(os.path.join(FOLDER, "cache"))
    peer, memory = measure([*command, "-e", OPEN])
    peer_cell = f"drgn open {peer:.3f} s, {memory:.0f} MiB"
    for name, words, share, environment in (
            ("DWARF", ["--debuginfo", debug], 1 / 3, {"XDG_CACHE_HOME": "/nonexistent"}),
            ("BTF of the dump", [], 1 / 6, {"XDG_CACHE_HOME": "/nonexistent"}),
            ("cached layout", [], 1 / 6, {"XDG_CACHE_HOME": cache})):
        ours, memory = measure([WHYOOM, *words, DUMP], environment)
        table.row(f"verdict of a dump, {name}", f"{ours:.3f} s, {memory:.0f} MiB", peer_cell, f"{ours / peer:.2f}",
                  f"<= {share:.2f}, <= 150 MiB", ours <= share * peer and memory <= 150)
        if name == "DWARF":
            crash_row(table, debug, ours)
    census_rows(table, peer_census(command))
    table.print()


main()
