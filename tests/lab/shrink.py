#!/usr/bin/env python3
"""A small dump for samples/: of a lab's ELF dump only the pages that whyoom reads.

    tests/lab/shrink.py build/lab/6.1/dump-many-owners/vmcore-note.elf samples/NAME.vmcore

The pages that the views and the log need are found by running them (touched.c notes every read) and written as a
kdump-compressed file (zlib), with the dump's own notes. All other frames count as left out, as with makedumpfile -d."""
import os
import struct
import subprocess
import sys
import tempfile
import zlib

PAGE = 4096
VIEWS = "summary log cgroups lru pages zones slabs tasks shmem swap stacks huge".split()


def segments(dump):
    """(offset, physical address, length) of each PT_LOAD; the bytes of PT_NOTE."""
    head = dump.read(64)
    at, size, count = struct.unpack_from("<Q", head, 32)[0], *struct.unpack_from("<HH", head, 54)
    loads, notes = [], b""
    for i in range(count):
        dump.seek(at + i * size)
        kind, _, offset, _, physical, length = struct.unpack_from("<IIQQQQ", dump.read(size))
        if kind == 1:
            loads.append((offset, physical, length))
        elif kind == 4:
            dump.seek(offset)
            notes = dump.read(length)
    return loads, notes


def touched(path, program):
    """Offsets in the file that the program reads for its views and its verdict."""
    folder = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as scratch:
        library, record = scratch + "/touched.so", scratch + "/reads"
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, folder + "/touched.c", "-ldl"], check=True)
        environment = dict(os.environ, LD_PRELOAD=library, TOUCHED=record, XDG_CACHE_HOME=scratch)
        for words in [["scan"]] + [["inspect", view] for view in VIEWS]:
            done = subprocess.run([program, *words, path], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            if done.returncode == 2:
                print(f"{' '.join(words)}: {done.stderr.decode().strip()}", file=sys.stderr)
        return [tuple(map(int, line.split())) for line in open(record)]


def frames_of(reads, loads):
    frames = set()
    for offset, length in set(reads):
        for start, physical, size in loads:
            first, last = max(offset, start), min(offset + length, start + size)
            if first < last:
                frames.update(range((physical + first - start) // PAGE, (physical + last - 1 - start) // PAGE + 1))
    return sorted(frames)


def bitmap(frames, count):
    bits = bytearray((count + 7) // 8)
    for frame in frames:
        bits[frame // 8] |= 1 << frame % 8
    return bytes(bits).ljust(-(-len(bits) // PAGE) * PAGE, b"\0")


def utsname(notes):
    at = notes.find(b"OSRELEASE=")
    release = notes[at + 10:notes.index(b"\n", at)]
    return b"".join(word.ljust(65, b"\0") for word in (b"Linux", b"lab", release, b"#1 SMP", b"x86_64", b""))


def write(out, loads, notes, frames, read_frame):
    count = max((physical + length) // PAGE for _, physical, length in loads)
    machine = [f for _, physical, length in loads for f in range(physical // PAGE, (physical + length) // PAGE)]
    maps = bitmap(machine, count) + bitmap(frames, count)
    map_blocks, note_blocks = len(maps) // PAGE, -(-len(notes) // PAGE)
    head = b"KDUMP   " + struct.pack("<i", 6) + utsname(notes)
    head = head.ljust(428, b"\0") + struct.pack("<iiIIIII", PAGE, 1 + note_blocks, map_blocks, count, count, 0, len(frames))
    second = struct.pack("<QiiQQQQQQ", 0, 31, 0, 0, 0, 0, 0, 2 * PAGE, len(notes)).ljust(96, b"\0") + struct.pack("<Q", count)
    out.write(head.ljust(PAGE, b"\0") + second.ljust(PAGE, b"\0") + notes.ljust(note_blocks * PAGE, b"\0") + maps)
    descriptions, data = [], []
    at = out.tell() + 24 * len(frames)
    for frame in frames:
        raw = read_frame(frame)
        packed = zlib.compress(raw, 9)
        page = packed if len(packed) < PAGE else raw
        descriptions.append(struct.pack("<qIIQ", at, len(page), page is packed, 0))
        data.append(page)
        at += len(page)
    out.write(b"".join(descriptions) + b"".join(data))


def main():
    path, target = sys.argv[1:3]
    program = os.environ.get("WHYOOM", "build/whyoom")
    with open(path, "rb") as dump, open(target, "wb") as out:
        loads, notes = segments(dump)
        frames = frames_of(touched(path, program), loads)

        def read_frame(frame):
            for offset, physical, length in loads:
                if physical <= frame * PAGE < physical + length:
                    dump.seek(offset + frame * PAGE - physical)
                    return dump.read(PAGE)
            raise ValueError(frame)

        write(out, loads, notes, frames, read_frame)
        print(f"{target}: {len(frames)} pages, {out.tell()} bytes")


if __name__ == "__main__":
    main()
