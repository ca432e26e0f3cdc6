"""Compares each sample's records with its .expected.json, and the figures of every report in it with a second, simple reading
of the same lines (tests/lab/figures.py). TAP: one line a sample. Usage: compare.py PROGRAM SAMPLES"""
import json
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # nothing is left beside the sources
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lab"))
import figures


def scan(program, log):
    done = subprocess.run([program, "scan", log], capture_output=True, timeout=120, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"status {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return [record for record in records if record.get("schema") == "whyoom.incident/1"]


def said(incident, field):
    """What a record says to a key of the expectation; victim is the first one's name."""
    if field == "dominant":
        return incident.get("dominant", {}).get("part")
    if field == "share":
        return round(incident.get("dominant", {}).get("share", -1), 2)
    if field == "victim":
        return next((victim.get("comm") for victim in incident.get("victims", [])), "none")
    return incident.get(field)


def judged(expected, incidents):
    """(what, what is true, what the record says) of the first incident of the expected kind."""
    first = next((i for i in incidents if i["kind"] == expected["kind"]), {})
    for field in ["kind", "class", "also", "scope", "limit", "charge_path", "dominant", "share", "victim"]:
        if field in expected:
            truth, value = expected[field], said(first, field)
            chance = isinstance(truth, list) and field != "also"
            yield field, truth, truth if chance and value in truth else value
    for path, kilobytes in expected.get("figures_kb", {}).items():
        yield path, kilobytes * 1024, figures.pick(first, path)


def died(victims):
    return sorted({(v.get("pid"), v.get("comm"), v.get("cgroup")) for v in victims}, key=str)


def dead(expected, incidents):
    """The same for all who died; a process that two lines name died once."""
    victims = died(v for i in incidents for v in i.get("victims", []))
    if "victims" in expected:
        yield "victims", died(expected["victims"]), victims
    if "kills" in expected:
        yield "kills", expected["kills"], len(victims)


def counted(text, incidents):
    """The same for each figure of each report; a report is the record's whose lines it begins in."""
    for begin, report in figures.reports(text):
        line = text.count("\n", 0, begin) + 1
        owners = [i for i in incidents if i["source"]["first_line"] <= line <= i["source"]["last_line"]]
        owner = max(owners, key=lambda i: i["source"]["first_line"], default={})
        for path, value in figures.of_report(report):
            yield f"line {line}: {path}", value, figures.pick(owner, path)


def compare(program, expectation):
    """The differences, a line each, and how many things were compared."""
    log = expectation.with_name(expectation.name.replace(".expected.json", ".log"))
    expected = json.loads(expectation.read_text(encoding="utf-8"))
    incidents = scan(program, log)
    if expected["kind"] == "none":
        return [f"an incident where none is: {i['kind']}" for i in incidents], 1
    text = log.read_bytes().decode(errors="replace").replace("\r", " ")
    rows = [*judged(expected, incidents), *dead(expected, incidents), *counted(text, incidents)]
    return [f"{what}: expected {truth}, not {value}" for what, truth, value in rows if truth != value], len(rows)


def main():
    program, samples = sys.argv[1], Path(sys.argv[2])
    expectations = sorted(samples.glob("*.expected.json"))
    failed = 0
    for number, expectation in enumerate(expectations, 1):
        name = expectation.name.removesuffix(".expected.json")
        try:
            differences, compared = compare(program, expectation)
        except (OSError, ValueError, RuntimeError, subprocess.SubprocessError) as trouble:
            differences, compared = [str(trouble)], 0
        print(f"{'not ok' if differences else 'ok'} {number} - {name}: {compared} values are what they should be")
        for difference in differences:
            print(f"# {name}: {difference}")
        failed += bool(differences)
    print(f"1..{len(expectations)}")
    sys.exit(failed > 0 or not expectations)


if __name__ == "__main__":
    main()
