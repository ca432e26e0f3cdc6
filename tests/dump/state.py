"""What a lab guest's kernel said of itself just before its dump was taken: build/lab/KERNEL/SCENARIO/state.txt."""

import re


class State:
    def __init__(self, path):
        self.sections = {}
        name = None
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("=== "):
                    name = line[4:].rstrip("\n")
                    self.sections.setdefault(name, [])
                elif name:
                    self.sections[name].append(line.rstrip("\n"))

    def lines(self, section):
        return self.sections.get(section, [])

    def number(self, section):
        """A file of one number; None when it is absent or says "max"."""
        lines = self.lines(section)
        return int(lines[0]) if lines and lines[0].isdigit() else None

    def pairs(self, section):
        """A file of "name number" lines."""
        found = {}
        for line in self.lines(section):
            words = line.split()
            if len(words) == 2 and re.fullmatch(r"-?\d+", words[1]):
                found[words[0]] = int(words[1])
        return found

    def kilobytes(self, section):
        """A file of "Name:  number kB" lines, in bytes."""
        found = {}
        for line in self.lines(section):
            match = re.match(r"(\S+):\s+(\d+) kB", line)
            if match:
                found[match[1]] = int(match[2]) * 1024
        return found

    def cgroups(self):
        """The paths of the control groups, root included, that have a memory.stat (v2)."""
        for name in self.sections:
            match = re.fullmatch(r"/cg(/.*)?/memory\.stat", name)
            if match:
                yield match[1] or "/"

    def cgroup_file(self, path, name):
        return f"/cg{path if path != '/' else ''}/{name}"

    def processes(self):
        for name in self.sections:
            match = re.fullmatch(r"/proc/(\d+)/status", name)
            if match and self.lines(name):
                yield int(match[1])

    def cpus(self):
        """The CPUs that were up, from zoneinfo's pagesets."""
        return len({line for line in self.lines("/proc/zoneinfo") if re.match(r"\s+cpu: \d+$", line)})
