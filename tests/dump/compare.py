#!/usr/bin/env python3
"""Compares the views of the lab's dumps with what the live kernels said of themselves just before (state.txt).

compare.py           speaks TAP, one test for each figure of each dump
compare.py --table   prints docs/DUMP-ACCURACY.md
"""

import json
import os
import subprocess
import sys

from figures import FIGURES
from state import State

BUILD = os.environ.get("BUILD", "build")
LAB = os.environ.get("LAB_RESULTS", "build/lab")
KERNELS = ("5.10", "6.1", "6.12", "newest", "6.1-arm64")
SCENARIOS = ("dump-many-owners", "dump-four-level", "host-order-kill", "memcg-v2-bystander", "dump-zram", "dump-zswap")

# Of arm64 what can be read: ELF with VMCOREINFO, and a vmlinux (tests/lab/run --debuginfo 6.1-arm64).
FORMS = {"6.1-arm64": ("vmcore-note.elf", ["--debuginfo", f"{LAB}/cache/debuginfo/6.1-arm64/usr/lib/debug/boot"])}


class Outcome:
    """One figure of one dump: how many keys were compared, how many were equal, which lie outside of the bound."""

    def __init__(self, figure, view, state):
        self.compared = self.equal = self.largest = 0
        self.misses = []
        said, truth = figure.dump(view), figure.state(state)
        for key, true in truth.items():
            found = said.get(key)
            self.compared += 1
            if found == true:
                self.equal += 1
            elif found is None or true is None:
                self.misses.append(f"{key}: the kernel says {true}, the dump {found}")
            else:
                self.largest = max(self.largest, abs(found - true))
                if abs(found - true) > figure.bound(state, key):
                    self.misses.append(
                        f"{key}: the kernel says {true}, the dump {found}: {found - true:+d}, allowed {figure.bound(state, key)}"
                    )


def form(kernel):
    return FORMS.get(kernel, ("vmcore.zlib", []))


def inspect(view, kernel, directory):
    dump, options = form(kernel)
    words = [f"{BUILD}/whyoom", "inspect", view, f"{directory}/{dump}", "--format", "json", *options]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    if result.returncode not in (0, 1):
        raise RuntimeError(result.stderr.strip())
    return json.loads(result.stdout)


def dumps():
    for kernel in KERNELS:
        for scenario in SCENARIOS:
            directory = f"{LAB}/{kernel}/{scenario}"
            dump, options = form(kernel)
            if all(map(os.path.exists, (f"{directory}/{dump}", f"{directory}/state.txt", *options[1:]))):
                yield kernel, scenario, directory


def outcomes():
    """(kernel, scenario, figure, outcome or the reason why there is none); every view is made once for each dump."""
    for kernel, scenario, directory in dumps():
        state = State(f"{directory}/state.txt")
        views = {}
        for figure in FIGURES:
            try:
                if figure.view not in views:
                    views[figure.view] = inspect(figure.view, kernel, directory)
                yield kernel, scenario, figure, Outcome(figure, views[figure.view], state)
            except (RuntimeError, ValueError, KeyError) as trouble:
                yield kernel, scenario, figure, f"{type(trouble).__name__}: {trouble}"


def tap():
    number = 0
    for kernel, scenario, figure, outcome in outcomes():
        number += 1
        name = f"{kernel} {scenario}: {figure.view}: {figure.name}"
        if isinstance(outcome, str):
            print(f"not ok {number} - {name}: {outcome}")
        elif not outcome.compared:
            print(f"ok {number} - {name} # SKIP state.txt has none of it")
        elif outcome.misses:
            print(f"not ok {number} - {name}: {len(outcome.misses)} of {outcome.compared} differ")
            for miss in outcome.misses[:8]:
                print(f"  {miss}", file=sys.stderr)
        else:
            print(f"ok {number} - {name}: {outcome.equal} of {outcome.compared} equal")
    for name, holds in inner_truths():
        number += 1
        print(f"{'' if holds else 'not '}ok {number} - {name}")
    if number:
        print(f"1..{number}")
    else:
        print(f"ok 1 - views equal what the kernels said # SKIP no dumps below {LAB}: make lab")
        print("1..1")


def inner_truths():
    """What a dump must agree on with itself: lists walked and counted, frames by kind and in all."""
    for kernel, scenario, directory in dumps():
        lruvecs = inspect("lru", kernel, directory)["lruvecs"]
        lists = [row for vec in lruvecs for row in vec["lists"]]
        walked = [row for row in lists if "walked_pages" in row]
        pages = inspect("pages", kernel, directory)
        yield f"{kernel} {scenario}: lru: {len(walked)} lists are as long as counted", all(
            row["walked_pages"] == row["counted_pages"] for row in walked
        )
        yield f"{kernel} {scenario}: pages: {pages['frames']} frames, each in one kind", pages["frames"] == sum(
            pages["kinds"].values()
        )
        ages = [[row.get("age_ms") for row in vec["generations"] if row["type"] == kind] for vec in lruvecs
                for kind in ("anon", "file")]
        if any(ages):  # in the order of their numbers, the oldest first
            yield f"{kernel} {scenario}: lru: no generation is older than the one before it", all(
                None not in row and row == sorted(row, reverse=True) for row in ages
            )
        large = pages["kinds"].get("large-kmalloc")
        if large:  # since 6.18 such pages say what they are
            counted = inspect("slabs", kernel, directory)["counted_bytes"] // 4096
            yield f"{kernel} {scenario}: slabs: the {counted} pages that are counted are those of slabs and large kmalloc", (
                counted == pages["kinds"]["slab"] + large
            )


def cell(found):
    found = [outcome for outcome in found if isinstance(outcome, str) or outcome.compared]
    if not found:
        return ""
    if any(isinstance(outcome, str) for outcome in found):
        return "not made"
    compared = sum(outcome.compared for outcome in found)
    equal = sum(outcome.equal for outcome in found)
    misses = sum(len(outcome.misses) for outcome in found)
    largest = max(outcome.largest for outcome in found)
    text = f"{equal}/{compared}"
    if largest:
        text += f", off by at most {largest:,}"
    return text + (f", **{misses} outside**" if misses else "")


def table():
    results = list(outcomes())
    kernels = [kernel for kernel in KERNELS if any(result[0] == kernel for result in results)]
    print("# How exactly a dump is read\n")
    print("Written by `make dump-accuracy`: what `whyoom inspect` reads out of the dumps that `make lab` makes, against what the")
    print("live kernel said of itself just before (`/proc`, `memory.*`; build/lab/KERNEL/SCENARIO/state.txt). Of the figures")
    print("compared, over all scenarios, how many are equal; and how far the others are off, in the figure's own unit.\n")
    print(f"Scenarios: {', '.join(SCENARIOS)}.\n")
    print("| view | figures | " + " | ".join(kernels) + " |")
    print("|---|---|" + "---|" * len(kernels))
    for figure in FIGURES:
        cells = [cell([r[3] for r in results if r[0] == kernel and r[2] is figure]) for kernel in kernels]
        print(f"| {figure.view} | {figure.name} | " + " | ".join(cells) + " |")
    print("\nIn every dump:\n")
    truths = list(inner_truths())
    print(f"- {sum(holds for _, holds in truths)} of {len(truths)} checks of a dump with itself hold: every list of pages that is")
    print("  linked is as long as its counter says, the census has each frame of the machine in exactly one kind, generations")
    print("  are the younger the higher their number, and where pages tell (7.x) slab and large kmalloc add up to the counter.")
    for name, holds in truths:
        if not holds:
            print(f"  - not: {name}")
    print("\nAllowed, where not 0:\n")
    for figure in FIGURES:
        if figure.why:
            print(f"- {figure.view}, {figure.name}: {figure.why}.")


if __name__ == "__main__":
    table() if sys.argv[1:] == ["--table"] else tap()
