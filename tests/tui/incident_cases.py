"""One incident: its tabs, the way from a claim to its line and back, and what the help promises."""

import glob
import itertools
import os
import re

from harness import ANON_FAULT, HANDMADE, HANDMADE_COUNT, HANDMADE_INCIDENTS, WHYOOM, ok, sample
from terminal import Terminal

HOST = sample("lab-6.12-host-anon.log")
EXEMPT = sample("lab-5.10-host-no-killable.log")
FAILURE = sample("lab-6.1-host-order-failure.log")
DAEMON = sample("handmade-systemd-oomd.log")


def which_tmpfs_by_the_help_alone(browse, _folder):
    """A new user asks what filled the container, and which line of the log says so; he knows the key '?' alone.
    samples/el8-4.18-memsw-anon-fault.log:35 says shmem:23689196KB, which is 22.6 GiB."""
    screen = browse(ANON_FAULT)
    ok("the last row of the screen names the key", screen.shows("1 incident", "? help"), screen)
    screen.press("?")
    ok("the help says that Enter opens, and what the numbers are", screen.shows(
        "Enter opens an incident; its tab Verdict says it", "is a line of the log: Enter", "what filled it"), screen)
    screen.press("Escape")
    screen.shows("1 incident")
    screen.press("Enter")
    ok("Enter: the verdict says what filled the container", screen.shows("What filled it", "  tmpfs, shared    22.6 GiB"),
       screen)
    ok("with the number of the line", screen.line_with("tmpfs, shared").endswith(" :35"), screen)
    screen.press_until("j", lambda: "tmpfs, shared" in screen.cursor_line())
    screen.press("Enter")
    ok("Enter: the line of the log, marked", screen.shows("●35 Memory cgroup stats for"), screen)
    ok("under the cursor", screen.cursor_line().startswith("●35 Memory cgroup stats"), screen)
    screen.press_until("l", lambda: "shmem:23689196KB" in screen.screen())
    ok("l: the figure in it", "shmem:23689196KB" in screen.screen(), screen)
    screen.press("BSpace")
    ok("Backspace: back on the claim", screen.shows("What filled it") and "tmpfs, shared" in screen.cursor_line(), screen)
    screen.press("7", "g", "Enter")
    ok("from a line of the log to the claim that rests on it", screen.shows("Asked by java") and
       screen.waits(lambda: "Asked by java" in screen.cursor_line()), screen)
    screen.press("7", "g", "c", "Enter")
    ok("or where the verdict has none, to that of another tab", screen.shows("> do_anonymous_page"), screen)
    screen.press("Escape")
    screen.shows("1 incident")
    screen.press("q")
    ok("q leaves, status 0, and the terminal edits lines again", screen.shows("status=0", "icanon") and
       "-icanon" not in screen.screen(), screen)


def a_report_that_rotation_cut(browse, folder):
    """Line 35 of the sample is line 15 of the second file."""
    with open(f"{folder}/k.log.1", "wb") as first, open(f"{folder}/k.log", "wb") as second, open(ANON_FAULT, "rb") as whole:
        lines = whole.readlines()
        first.write(b"".join(lines[:20]))
        second.write(b"".join(lines[20:]))
    screen = browse(folder)
    screen.shows("1 incident")
    screen.press("Enter")
    ok("a line has its number in its file", screen.shows("What filled it") and screen.line_with("tmpfs, shared").endswith(" :15"),
       screen)
    screen.press_until("j", lambda: "tmpfs, shared" in screen.cursor_line())
    screen.press("Enter")
    ok("Enter: the line, below the name of its file", screen.shows(f"{folder}/k.log", "●15 Memory cgroup stats for") and
       screen.cursor_line().startswith("●15 Memory cgroup stats"), screen)


def tabs_of_a_container(browse, _folder):
    screen = browse(ANON_FAULT, 120, 40)
    screen.shows("1 incident")
    screen.press("Enter")
    screen.shows("Verdict")
    # :33 to :35 of the log: 34.0 GiB of memory+swap, tmpfs 22.6 GiB = 71 % of the 31.9 GiB in use
    screen.press("2")
    ok("120x40: Memory shows the pool and its parts", screen.shows("31.9 GiB in all", "T  shmem", "22.6 GiB", "71 %"), screen)
    ok("and the limits as bars, the full one full", "█ 34.0 GiB of 34.0 GiB" in screen.line_with("memory+swap") and
       "░" not in screen.line_with("memory+swap"), screen)
    screen.press("3")
    ok("Tasks: there is no table in this log", screen.shows("No task table"), screen)
    screen.press("4")
    ok("Cgroups go from the root to the victim", screen.shows("""
  /
    kubepods.slice
      kubepods-burstable.slice
        kubepods-burstable-podd63c4bbe_5f18_11ec_bdcd_d094668d7dd6.slice
          docker-083afd1a06b8"""), screen)
    screen.press("5")  # :15 is the frame that tells what was charged
    ok("Stack marks the frame that told", screen.shows("> do_anonymous_page  <- anon-fault") and
       screen.line_with("do_anonymous_page").endswith(":15"), screen)
    screen.press("6")
    ok("Why begins with the rules that hold", screen.shows("Rules that hold", "● scope-kill-line-memcg", "yes  "), screen)
    screen.press("/")
    screen.type("Rules that do not")
    screen.press("Enter")
    ok("and goes on with those that do not", screen.shows("Rules that do not", "    no  "), screen)
    screen.press("7")
    ok("Log shows the lines as they were read", screen.shows("● 1 java invoked oom-killer: gfp_mask=0x6000c0"), screen)
    screen.press("BTab")
    ok("S-Tab goes a tab back", screen.shows("Rules that do not"), screen)
    screen.press("Tab", "Tab")
    ok("Tab goes on, and around", screen.shows("What filled it"), screen)
    screen.resize(60, 16)
    ok("60x16: the verdict is wrapped anew", screen.shows(" 1 Verdict  2 Memory", "›", "Out of its memory+swap limit"),
       screen)


# Line 51: free:1440kB of the zone, min:1644kB low:2108kB high:2572kB; line 49 the same of DMA.
ZONES = """\
                        free        min        low       high  the request
  node 0 DMA        772 KiB    132 KiB    164 KiB    196 KiB  refuses        :49
"""


def tabs_of_a_host(browse, _folder):
    screen = browse(HOST)
    screen.shows("1 incident")
    screen.press("Enter")
    ok("80x24: zones that refused", screen.shows("Zones that refused", "node 0 DMA32"), screen)
    screen.press("2")
    ok("Memory shows the zones with their marks", screen.shows_lines(ZONES), screen)
    ok("as a bar", bool(re.search(r"^  [█░]+m[█░]+l[█░]+h[█░]+$", screen.screen(), re.M)), screen)
    screen.press("3")
    # lines 67, 68: rss 2226 and 45871 pages, pgtables 53248 and 413696 bytes
    ok("Tasks: the killed one is marked, badness stands at the end", screen.shows_lines("""\
     pid name                   rss       swap    tables   adj    badness
×    141 eater            179.2 MiB        0 B   404 KiB     0  179.6 MiB    :68
     138 bystander          8.7 MiB        0 B    52 KiB     0    8.7 MiB    :67
"""), screen)
    for name in ("rss", "swap", "oom_score_adj", "pid", "name"):
        screen.press("s")
        ok(f"s sorts the tasks by {name}", screen.shows(f"2 tasks by {name};"), screen)
    ok("bystander before eater", screen.screen().index("bystander ") < screen.screen().index("×    141 eater"), screen)
    screen.press("S")
    ok("S the other way round", screen.shows("the other way round") and
       screen.waits(lambda: screen.screen().index("×    141 eater") < screen.screen().index("bystander ")), screen)
    screen.press("4")
    ok("Cgroups: no cgroup's limit is said to have refused", screen.shows("No cgroup's limit refused") and
       "its limit refused" not in screen.screen(), screen)
    screen = browse(EXEMPT)
    screen.shows("1 incident")
    screen.press("Enter", "3")  # line 60: oom_score_adj -1000
    ok("a task that must not be killed is marked", screen.shows("exempt") and
       re.search(r" 136 exempt .* -1000 +exempt +:60", screen.screen()) is not None, screen)


def other_kinds(browse, _folder):
    screen = browse(FAILURE)
    screen.shows("1 incident", "nobody", "host-zone")
    screen.press("Enter")
    ok("an allocation failure: free, but not in one piece", screen.shows("order 10", "largest free block"), screen)
    screen.press("2")
    ok("Memory: a zone above its mark without such a block", screen.shows("no block"), screen)
    screen.press("5")
    ok("Stack: what asked", screen.shows("vc_do_resize", "Asked by asker; charge path slab"), screen)
    screen = browse(DAEMON)
    ok("kills of systemd-oomd stand in the list by the unit's name", screen.shows("2 incidents", "  indexer  ", "pressure"),
       screen)
    screen.press("Enter", "4")
    ok("its cgroup is shown", screen.shows("user@1000.service", "app-browser.scope  <- what was killed ran here"), screen)
    screen.press("2")
    ok("no figure is made up", screen.shows("does not stand in what was read") and "0 B" not in screen.screen(), screen)


def moving(browse, _folder):
    tall = browse(HANDMADE, 80, 100)
    tall.shows(HANDMADE_INCIDENTS)
    rows = [line[2:] for line in itertools.takewhile(str.strip, tall.screen().splitlines()[2:])]
    last = len(rows) - 1
    screen = browse(HANDMADE)
    screen.shows(HANDMADE_INCIDENTS)

    def stands_on(index):
        return screen.waits(lambda: screen.cursor_line()[2:24] == rows[index][:22])

    place = 0
    for key, by in (("j", 1), ("Down", 1), ("k", -1), ("Up", -1), ("NPage", 17), ("PPage", -17), ("C-f", 17), ("C-b", -17),
                    ("G", last), ("g", -last), ("End", last), ("Home", -last)):
        place = max(0, min(last, place + by))
        screen.press(key)
        ok(f"{key}: the cursor is on row {place}", stands_on(place), screen)
    screen.press("/")
    screen.type("slab")
    screen.press("Enter")
    slabs = [index for index, row in enumerate(rows) if " slab " in row]
    ok("/ finds", stands_on(slabs[0]), screen)
    screen.press("n")
    ok("n finds the next", stands_on(slabs[1]), screen)
    screen.press("N")
    ok("N the one before", stands_on(slabs[0]), screen)
    screen.press("/")
    screen.type("nowhere at all")
    screen.press("Enter")
    ok("what is not there is said", screen.shows("Not found: nowhere at all"), screen)
    screen.press("g", "Enter", "e")
    ok("e opens the next incident", screen.shows(f"incident 2 of {HANDMADE_COUNT}"), screen)
    screen.press("E")
    ok("E the one before", screen.shows(f"incident 1 of {HANDMADE_COUNT}"), screen)
    screen.press("E")
    ok("before the first there is none", screen.shows("This is the first one."), screen)
    screen.press("q")
    ok("q closes the incident", screen.shows(HANDMADE_INCIDENTS), screen)


def markdown(_browse, folder):
    terminal = Terminal(f"cd {folder}; {WHYOOM} browse {ANON_FAULT}")
    terminal.shows("1 incident")
    terminal.press("y")
    ok("y says where the verdict is", terminal.shows("whyoom-", ".md"), terminal)
    files = glob.glob(os.path.join(folder, "whyoom-*.md"))
    ok("and it is there", len(files) == 1 and "22.6 GiB" in open(files[0], encoding="utf-8").read())
    terminal.close()


CASES = (which_tmpfs_by_the_help_alone, a_report_that_rotation_cut, tabs_of_a_container, tabs_of_a_host, other_kinds, moving,
         markdown)
