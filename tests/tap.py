"""TAP for the suites in Python: claims that are counted, and how many there were."""

number = 0


def ok(holds, name, why=""):
    global number
    number += 1
    print(f"{'' if holds else 'not '}ok {number} - {name}", flush=True)
    if not holds and why:
        print(f"# {why}")


def skip(name, why):
    global number
    number += 1
    print(f"ok {number} - {name} # SKIP {why}", flush=True)


def plan():
    print(f"1..{number}")
