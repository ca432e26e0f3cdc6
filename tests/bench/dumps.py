"""Dumps against drgn, the best of five, files in the page cache. Usage: dumps.py WHYOOM FOLDER

The dump is one of the lab's (tests/lab/run --dump 6.1 dump-many-owners), the debug information Debian's package of that
kernel; without them the rows are skipped, with the reason."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from measure import Table, measure  # noqa: E402

WHYOOM, FOLDER = sys.argv[1:3]
DUMP = "build/lab/6.1/dump-many-owners/vmcore-note.elf"
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
        skip(f"no vmlinux with debug information below {DEBUG}")
    return os.path.join(DEBUG, names[0])


def peer_census(command):
    script = os.path.join(FOLDER, "census.py")
    with open(script, "w") as file:
        file.write(CENSUS)
    out = subprocess.run([*command, script], capture_output=True, text=True)
    return float(out.stdout)


def frames():
    import json
    out = subprocess.run([WHYOOM, "inspect", "pages", "--format", "json", DUMP], capture_output=True)
    return json.loads(out.stdout)["frames"]


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
    opened, _ = measure([WHYOOM, "inspect", "zones", DUMP])
    census, _ = measure([WHYOOM, "inspect", "pages", DUMP])
    rate, peer = frames() / max(census - opened, 1e-3), peer_census(command)
    table.row("page census", f"{rate / 1e6:.1f} M frames/s", f"drgn {peer / 1e6:.2f} M frames/s", f"{rate / peer:.0f}x",
              ">= 5 M frames/s", rate >= 5e6)
    table.print()


main()
