"""A program in a terminal of its own, which tmux stands for: type keys, look at the screen, wait for a text."""

import itertools
import os
import re
import shlex
import subprocess
import time

PATIENCE_S = 20


class Terminal:
    numbers = itertools.count(1)  # of their servers: one that is going must not be taken for a new one

    def __init__(self, command, columns=80, rows=24, **environment):
        self.socket = f"whyoom-{os.getpid()}-{next(self.numbers)}"
        variables = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PS1": "$ ", "NO_COLOR": None, **environment}
        settings = "".join(f"export {name}={shlex.quote(value)}; " if value is not None else f"unset {name}; "
                           for name, value in variables.items())
        # What stays on the screen when the program has left: its status, and whether lines are edited again.
        script = f"{settings}{command}; echo status=$?; stty -a | grep -o -- '-\\?icanon'; exec sleep 1000"
        self.tmux("-f", "/dev/null", "-u", "new-session", "-d", "-x", str(columns), "-y", str(rows), script)

    def tmux(self, *arguments):
        done = subprocess.run(["tmux", "-L", self.socket, *arguments], capture_output=True, text=True, check=False)
        return done.stdout

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self, with_colours=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if with_colours else []))

    def waits(self, holds):
        """Does it come to hold?"""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if holds():
                return True
            time.sleep(0.05)
        return False

    def shows(self, *texts):
        """Do all of these come to stand on the screen?"""

        def are_there():
            screen = "\n" + self.screen()
            return all(text in screen for text in texts)

        return self.waits(are_there)

    def shows_lines(self, block):
        """Do these lines come to stand on the screen, below one another and just so?"""
        return self.shows("\n" + block.rstrip("\n") + "\n")

    def gone(self, text):
        """Does this leave the screen?"""
        return self.waits(lambda: text not in self.screen())

    def press_until(self, key, holds, most=60):
        """Press it again and again, as a user does, until it holds."""
        for _ in range(most):
            if holds():
                return
            before = self.screen(True)
            self.press(key)
            self.waits(lambda seen=before: self.screen(True) != seen)

    def cursor_line(self):
        """The row that stands in reverse video."""
        for line in self.screen(True).splitlines():
            if re.match(r"(\x1b\[[0-9;]*m)*\x1b\[([0-9]+;)*7m", line):
                return re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip()
        return ""

    def line_with(self, text):
        return next((line for line in self.screen().splitlines() if text in line), "")

    def process(self, name):
        """The pid of the program below the terminal's shell."""
        shell = self.tmux("list-panes", "-F", "#{pane_pid}").strip()
        found = subprocess.run(["pgrep", "-P", shell, "-x", name], capture_output=True, text=True, check=False)
        return int(found.stdout.split()[0]) if found.stdout.strip() else 0

    def close(self):
        self.tmux("kill-server")
