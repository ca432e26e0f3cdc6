"""Random trials of scans with --state; prints TAP. Usage: trial.py WHYOOM TRIALS [FIRST-SEED]

A log grows, is rotated, packed, copied and emptied, falls silent; it is scanned with --state in between, and the scans are
killed at any moment. What all outputs say, each record in the place of what it replaces, must be what one scan of the whole
log says. A trial is its seed."""
import gzip
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

whyoom = os.path.abspath(sys.argv[1])
TRIALS, FIRST = int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
ONCE_WRONG = 1200, 1278, 2010, 4102  # seeds that found a fault, tried again always
SAMPLES = ["samples/el8-4.18-memsw-file-fault.log", "samples/el8-4.18-memsw-anon-fault.log",
           "samples/lab-6.12-memcg-v2-group-kill.log", "samples/lab-6.1-memcg-v2-two-at-once.log",
           "samples/lab-6.1-host-order-failure.log"]
REPORTS = [[line for line in open(path, "rb").read().splitlines() if line] for path in SAMPLES]


def later(line, seconds):
    """The kernel's own clock went on."""
    return re.sub(rb"^(\[ *)(\d+)", lambda found: found[1] + b"%d" % (int(found[2]) + seconds), line)


def log_text(chance):
    """Reports of two hosts between quiet lines, a stamp and a host before every line, each report at a time of its own."""
    lines, starts, clock, count = [], [], 1740787200, chance.randint(2, 5)
    for number in range(count):
        host = b"db%d" % chance.randrange(2)
        starts.append(len(lines))
        for line in chance.choice(REPORTS)[:400]:
            lines.append((clock, host, b"kernel: " + later(line, 1000 * number)))
        clock += 400
        for _ in range(chance.choice((0, 1, 5, 40, 900 if number else 5))):
            clock += 1
            lines.append((clock, host, b"nginx[8]: GET /static/%d.html 200" % clock))
        clock += chance.choice((1, 400))
    lines = [b"%s.000000+00:00 %s %s\n" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(clock)).encode(), host, line)
             for clock, host, line in lines]
    return b"".join(lines), [sum(map(len, lines[:start])) for start in starts]


class Trial:
    """One log and what becomes of it; `log` is the only directory."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.text, self.starts = log_text(self.chance)
        self.begin = 0     # where in it k.log begins
        self.at = 0        # bytes of it that were written
        self.style = self.chance.choice(("rename", "copy", "empty"))  # a machine has one
        self.done = []     # what happened, to be told when the trial fails
        self.standing = {}
        self.records = []

    def note(self, what):
        self.done.append(f"{what}@{self.at}")

    def grow(self, most=None):
        step = self.chance.choice((1, 40, 300, 2000, 9000, 40000))
        end = min(len(self.text), self.at + self.chance.randint(1, step))
        self.write(end)

    def write(self, end):
        with open("log/k.log", "ab") as file:
            file.write(self.text[self.at:end])
        self.at = end
        self.note("grow")

    def end_line(self):
        """Daemons rotate between lines."""
        end = self.text.find(b"\n", self.at - 1) + 1 if self.at else 0
        if end > self.at:
            self.write(end)

    def shift(self):
        """k.log.1 becomes k.log.2 and so on."""
        numbers = sorted((int(name.split(".")[2]) for name in os.listdir("log") if name != "k.log"), reverse=True)
        for number in numbers:
            for ending in "", ".gz":
                if os.path.exists(f"log/k.log.{number}{ending}"):
                    os.rename(f"log/k.log.{number}{ending}", f"log/k.log.{number + 1}{ending}")

    def rotate(self):
        if not os.path.exists("log/k.log") or not os.path.getsize("log/k.log"):
            return
        self.end_line()
        self.shift()
        if self.style != "copy":
            os.rename("log/k.log", "log/k.log.1")
            if self.chance.randrange(3):
                open("log/k.log", "wb").close()
        else:
            shutil.copy2("log/k.log", "log/k.log.1")
            os.truncate("log/k.log", 0)
        self.begin = self.at
        self.note("rotate")

    def pack(self):
        """As gzip does: the time stays, the inode does not. Of what was emptied, nothing else would be left to know it by."""
        if self.style == "empty":
            return
        plain = [name for name in os.listdir("log") if name != "k.log" and not name.endswith(".gz")]
        for name in plain:
            path = os.path.join("log", name)
            with open(path, "rb") as file, gzip.open(path + ".gz", "wb") as packed:
                packed.write(file.read())
            shutil.copystat(path, path + ".gz")
            os.unlink(path)
            self.note("pack")

    def age(self):
        """Nobody has written for long."""
        for name in os.listdir("log"):
            os.utime(os.path.join("log", name), (time.time() - 3600,) * 2)
        self.note("age")

    def command(self):
        names = sorted(os.listdir("log"))
        self.chance.shuffle(names)
        operands = ["log"] if self.chance.randrange(2) else [os.path.join("log", name) for name in names]
        return [whyoom, "scan", "-j", str(self.chance.randint(1, 2)), "--state", "state", *operands]

    def take(self, output):
        for line in output.splitlines(True):
            if not line.endswith(b"\n"):
                break
            record = json.loads(line)
            self.records.append(record)
            self.standing.pop(record.get("replaces"), None)
            self.standing[record["id"]] = record

    def scan(self):
        if not os.listdir("log"):
            return
        done = subprocess.run(self.command(), capture_output=True, check=False)
        self.note(f"scan:{','.join(json.loads(line)['id'][:4] for line in done.stdout.splitlines())}")
        if done.returncode not in (0, 1):
            raise ValueError(done.stderr.decode())
        self.take(done.stdout)

    def kill(self):
        if not os.listdir("log"):
            return
        process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        time.sleep(self.chance.random() * 0.03)
        process.send_signal(signal.SIGKILL)
        output = process.communicate()[0]
        self.note(f"kill:{process.returncode}:{output.count(10)}")
        self.take(output)

    def empty(self):
        """Everything in it was read. What is lost is the middle of a report that began in an earlier file."""
        self.end_line()
        report = max((start for start in self.starts if start < self.at), default=0)
        if not os.path.exists("log/k.log") or report < self.begin or self.style != "empty":
            return
        self.scan()
        os.truncate("log/k.log", 0)
        self.begin = self.at
        self.note("empty")

    def run(self):
        acts = [self.grow] * 8 + [self.rotate] * 2 + [self.pack, self.age, self.kill] + [self.scan] * 5 + [self.empty]
        for _ in range(self.chance.randint(10, 40)):
            self.chance.choice(acts)()
        while self.at < len(self.text):
            self.grow()
            self.chance.choice((self.grow, self.scan))()
        self.scan()
        self.age()
        self.scan()


def essence(record):
    """What it says, without where it was read and what was known of other incidents."""
    keys = ("id", "kind", "class", "scope", "limit", "complete", "missing", "host", "time", "trigger", "memcg")
    victims = [[victim.get(key) for key in ("pid", "comm", "anon_rss_bytes", "group_kill")] for victim in record.get("victims", [])]
    return {**{key: record.get(key) for key in keys}, "victims": victims}


def compare(trial):
    with open("whole.log", "wb") as file:
        file.write(trial.text)
    lines = subprocess.run([whyoom, "scan", "whole.log"], capture_output=True, check=False).stdout.splitlines()
    whole = {record["id"]: essence(record) for record in map(json.loads, lines)}
    told = {key: essence(record) for key, record in trial.standing.items()}
    return [difference(key, whole.get(key), told.get(key)) for key in sorted(whole.keys() | told.keys())
            if whole.get(key) != told.get(key)]


def difference(key, whole, told):
    if not whole or not told:
        return f"{'has' if told else 'lacks'} {key}"
    return f"{key} differs in " + ", ".join(f"{name}: {told[name]} for {whole[name]}" for name in whole if whole[name] != told[name])


def try_seed(seed):
    """None, or what is wrong."""
    root = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.mkdir("log")
        trial = Trial(seed)
        try:
            trial.run()
            wrong = compare(trial)
            strays = [name for name in os.listdir(".") if name.startswith("state.")]
        except ValueError as error:
            wrong, strays = [str(error)], []
        finally:
            os.chdir(root)
    if strays:
        wrong.append(f"left behind: {strays}")
    return f"seed {seed}: {'; '.join(wrong)}; after {' '.join(trial.done)}" if wrong else None


def main():
    seeds = sorted({*range(FIRST, FIRST + TRIALS), *ONCE_WRONG})
    wrong = [told for told in map(try_seed, seeds) if told]
    print(f"{'not ' if wrong else ''}ok 1 - {len(seeds)} random lives of a log: all scans together tell what one tells of the whole")
    for told in wrong[:20]:
        print("#", told)
    if wrong:
        print(f"# {len(wrong)} of {len(seeds)} trials went wrong")
    print("1..1")


main()
