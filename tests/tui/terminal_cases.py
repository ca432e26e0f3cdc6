"""The terminal itself: its size, its colours and letters, signals, the mouse, and names that mean it harm."""

import os
import re
import shutil
import signal
import subprocess

from harness import ANON_FAULT, HANDMADE, HANDMADE_INCIDENTS, IS_SANITIZED, SEEDS, WHYOOM, ok, skip
from terminal import Terminal

COLOUR = r"\x1b\[[0-9;]*[34][0-7]"


def resized_everywhere(browse, _folder):
    screen = browse(ANON_FAULT)
    screen.shows("1 incident")
    for keys, text in (((), "1 incident"), (("?",), "Where to find"), (("Escape", "Enter"), "Out of its memory"),
                       (("2",), "31.9 GiB in all"), (("/",), "/_")):
        screen.press(*keys)
        screen.shows(text)
        for columns, rows in ((60, 16), (200, 50), (40, 10), (80, 24)):
            screen.resize(columns, rows)
            ok(f"{text}: resized to {columns}x{rows}", screen.shows("too small" if columns < 60 else text), screen)


def hostile_names(browse, folder):
    # The victim calls itself "ev\033cil\a": reset the terminal, ring the bell.
    path = os.path.join(folder, "hostile.log")
    with open(ANON_FAULT, "rb") as source, open(path, "wb") as target:
        target.write(source.read().replace(b"(java)", b"(ev\x1bcil\x07)"))
    screen = browse(path)
    ok("control characters in a name are shown, not obeyed", screen.shows("1 incident", "ev\\x1bcil\\x07"), screen)
    screen.press("Enter")
    ok("in the verdict too", screen.shows("ev\\x1bcil\\x07", "Verdict"), screen)
    screen.press("7")
    screen.press("G")
    ok("and in the log", screen.shows("ev\\x1bcil\\x07", "Killed process"), screen)
    # A cgroup that would set the terminal's title and clear its screen; a file whose name does.
    path = os.path.join(folder, "na\x1b]0;owned\x07me.log")
    with open(ANON_FAULT, "rb") as source, open(path, "wb") as target:
        target.write(source.read().replace(b"docker-083afd1a06b8", b"doc\x1b[2Jker\x9b1m-083afd1a06b8"))
    screen = browse(f"'{path}'", 120, 40)
    screen.shows("1 incident")
    screen.press("Enter")
    ok("a file's name is harmless", screen.shows("na\\x1b]0;owned\\x07me.log") and
       "owned" not in screen.tmux("display-message", "-p", "#{pane_title}"), screen)
    for tab in "1234567":
        screen.press(tab)
        ok(f"tab {tab}: no control character comes through", screen.shows(" 7 Log") and
           not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", screen.screen()), screen)


def colours_and_letters(browse, _folder):
    screen = browse(SEEDS, NO_COLOR="1")
    screen.shows("3 incidents")
    ok("NO_COLOR: no colour is set", not re.search(COLOUR, screen.screen(True)), screen)
    screen = browse(SEEDS, TERM="vt100")
    screen.shows("3 incidents")
    ok("a terminal without colours: none is set", not re.search(COLOUR, screen.screen(True)), screen)
    screen = browse(SEEDS)
    screen.shows("3 incidents")
    dark = screen.screen(True)
    ok("otherwise there are some", bool(re.search(COLOUR, dark)), screen)
    screen.press("t")
    ok("t: light colours", screen.shows("Colours: light") and screen.screen(True) != dark, screen)
    screen.press("t")
    ok("t again: none", screen.shows("Colours: mono") and not re.search(COLOUR, screen.screen(True)), screen)
    screen.press("t")
    ok("and again: dark", screen.shows("Colours: dark") and bool(re.search(COLOUR, screen.screen(True))), screen)
    screen = browse(f"{SEEDS} {HANDMADE}", 120, 40, LC_ALL="C")
    screen.shows("33 incidents")
    screen.press("b")
    ok("without UTF-8 the list is ASCII", screen.shows("Grouped by class") and screen.screen().isascii(), screen)
    screen.press("b", "b", "b", "b", "g", "Enter")
    for tab in "1234567?":
        screen.press(tab)
        ok(f"and so is {tab}", screen.shows("- ") and screen.screen().isascii(), screen)


def local_and_utc(browse, folder):
    # The seed's lines, as a host an hour east of Greenwich would log them.
    path = os.path.join(folder, "east.log")
    with open(ANON_FAULT, encoding="utf-8") as source, open(path, "w", encoding="utf-8") as target:
        for line in source:
            target.write("2026-01-12T10:20:30.000000+01:00 east kernel: " + line)
    screen = browse(path, 100, 30, TZ="EST5")
    ok("times are those of here", screen.shows("2026-01-12 04:20:30-0500"), screen)
    screen.press("u")
    ok("u: in UTC", screen.shows("2026-01-12 09:20:30Z"), screen)
    screen.press("Enter")
    ok("in the incident too", screen.shows("2026-01-12 09:20:30Z, 234 d 0 h after boot"), screen)
    screen.press("u")
    ok("u again: those of here", screen.shows("2026-01-12 04:20:30-0500"), screen)
    screen = browse(f"--utc {path}", 100, 30, TZ="EST5")
    ok("--utc begins with UTC", screen.shows("2026-01-12 09:20:30Z"), screen)


def signals(browse, _folder):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        screen = browse(SEEDS)
        screen.shows("3 incidents")
        os.kill(screen.process("whyoom"), number)
        ok(f"{number.name}: the terminal is as it was", screen.shows("status=0", "icanon") and
           "-icanon" not in screen.screen(), screen)
    screen = browse(SEEDS)
    screen.shows("3 incidents")
    pid = screen.process("whyoom")
    screen.close()
    ok("a closed terminal ends it", screen.waits(lambda: not os.path.exists(f"/proc/{pid}")))
    screen = Terminal(f"bash --norc -ic 'set -m; {WHYOOM} browse {SEEDS}; stty -a | grep -o -e -icanon "
                      "-e icanon; read line; fg'")
    screen.shows("3 incidents")
    screen.press("C-z")
    ok("^Z: the shell has the terminal", screen.shows("icanon"), screen)
    screen.press("Enter")
    ok("and fg brings it back", screen.shows("3 incidents"), screen)
    screen.close()


def standard_input(_browse, _folder):
    screen = Terminal(f"cat {ANON_FAULT} | {WHYOOM} browse -")
    ok("a log from a pipe, keys from the terminal", screen.shows("1 incident"), screen)
    screen.press("q")
    ok("q leaves", screen.shows("status=0"), screen)
    screen.close()
    done = subprocess.run([WHYOOM, "browse", ANON_FAULT], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    ok("without a terminal: one line, status 2", done.returncode == 2 and done.stderr.count("\n") == 1)


def mouse(browse, _folder):
    """What xterm reports: ESC [ M, then button, column and row from 1, each plus 32."""
    left, release, up, down = 0, 3, 64, 65

    def point(screen, button, column, row):
        for what in (button, release) if button == left else (button,):
            screen.type("\x1b[M" + chr(32 + what) + chr(32 + column) + chr(32 + row))

    screen = browse(HANDMADE, ESCDELAY="1000")  # tmux may write what the mouse says in pieces
    screen.shows(HANDMADE_INCIDENTS)
    flags = ("display-message", "-p", "#{mouse_any_flag}#{mouse_button_flag}#{mouse_standard_flag}")
    ok("the terminal is asked for the mouse", "1" in screen.tmux(*flags), screen)
    first = "66120.100100"
    for _ in range(4):
        point(screen, down, 10, 10)
    ok("the wheel scrolls the list", screen.gone(first), screen)
    for _ in range(4):
        point(screen, up, 10, 10)
    ok("and back", screen.shows(first), screen)
    wanted = screen.screen().splitlines()[4][2:24]
    point(screen, left, 10, 5)
    ok("a click chooses a row", screen.waits(lambda: screen.cursor_line()[2:24] == wanted), screen)

    def opens():
        point(screen, left, 10, 5)
        return screen.shows("Verdict", "incident 3 of")

    ok("a second click on a row opens it", opens() or opens(), screen)  # one may go lost in pieces on a busy machine
    row = screen.screen().splitlines()[1]
    point(screen, left, row.index("Log") + 2, 2)
    ok("a click on a tab shows it", screen.shows("● 1 "), screen)
    screen.press("m")
    ok("m lets the terminal have the mouse", screen.shows("The mouse is the terminal's") and
       "1" not in screen.tmux(*flags), screen)
    screen.press("m")
    ok("and takes it back", screen.shows("The mouse is mine again") and "1" in screen.tmux(*flags), screen)


def under_valgrind(_browse, folder):
    if IS_SANITIZED or not shutil.which("valgrind"):
        skip("a walk under valgrind", "a sanitizer is built in" if IS_SANITIZED else "valgrind is not here")
        return
    errors = os.path.join(folder, "errors")
    # Whole blocks of an arena are folded, with bytes between its objects that nobody wrote: what is read counts alone.
    screen = Terminal(f"valgrind -q --undef-value-errors=no --error-exitcode=99 --log-file={errors} "
                      f"{WHYOOM} browse {SEEDS}")
    screen.shows("3 incidents")
    screen.press("s", "b", "z", "f")
    screen.type("java")
    screen.press("Enter", "w")
    screen.type("scope is memcg")
    screen.press("Enter")
    screen.shows("by class")
    screen.press("j", "Enter")
    for tab in "1234567":
        screen.press(tab, "NPage")
    screen.resize(60, 16)
    screen.press("?")
    screen.shows("Where to find")
    screen.press("Escape", "e", "Escape", "q")
    screen.shows("status=")
    with open(errors, encoding="utf-8", errors="replace") as found:
        text = found.read()
    ok("a walk under valgrind: no mistake of memory", "status=0" in screen.screen() and not text, screen)
    print("".join(f"# {line}\n" for line in text.splitlines()[:20]), end="")
    screen.close()


CASES = (resized_everywhere, hostile_names, colours_and_letters, local_and_utc, signals, standard_input, mouse,
         under_valgrind)
