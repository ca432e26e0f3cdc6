"""Hold the page against the records of the same logs; prints TAP. Usage: page.py WHYOOM FOLDER"""

import collections
import datetime
import json
import os
import re
import sqlite3
import subprocess
import sys
import traceback

import browser
import fleet
from document import Document

WHYOOM, FOLDER = sys.argv[1], sys.argv[2]
PAGE_MAX = 4 * 1024 * 1024 + 256 * 1024  # what is explained, and what stands around it
HOSTILE = ("</script><img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "'-alert(1)-'&lt;&#60;",
           "]]>--><style>*{x:url(//e)}")


def call(*arguments, status=0):
    done = subprocess.run([WHYOOM, *arguments, "--utc"], capture_output=True, check=False)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done.stdout.decode()


class Case:
    """A log's records and its page."""

    def __init__(self, *logs):
        self.records = [json.loads(line) for line in call("scan", *logs).splitlines()]
        self.text = call(*logs, "--format", "html")
        self.document = Document(self.text)
        self.path = os.path.join(FOLDER, os.path.basename(logs[0]) + ".html")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(self.text)

    def count(self, of):
        return collections.Counter(filter(None, map(of, self.records)))


def wall(record):
    return datetime.datetime.fromisoformat(record["time"]["wall"].replace("Z", "+00:00"))


def case_of(record):
    """What makes two incidents repeats of one another, by the page's own words."""
    return (record["host"], record["class"], record["memcg"]["path"], record["victims"][0]["comm"])


def number(text):
    return int(text.replace(",", ""))


def ranks(document, title):
    """Name and count of each row of the table `title`."""
    for card in document.root.all("section", class_="card"):
        if card.first("h2").text() == title:
            return {row.first("a").text(): number(row.first("span", class_="n").text()) for row in card.all("li")}
    raise AssertionError(f"no table {title}")


def details(document):
    return list(document.root.all("details", class_="incident"))


# ---- claims: each takes what it needs by name

def is_well_formed(ordinary, samples, single, nothing):
    for case in (ordinary, samples, single, nothing):
        assert case.document.mistakes == [], case.document.mistakes[:3]
        assert case.document.root.first("h1").text()


def is_sealed_off(ordinary, samples):
    for case in (ordinary, samples):
        policy = next(meta.get("content") for meta in case.document.root.all("meta")
                      if meta.get("http-equiv") == "Content-Security-Policy")
        assert policy.startswith("default-src 'none';"), policy
        assert f"style-src '{case.document.hash_of('style')}'" in policy, policy
        assert f"script-src '{case.document.hash_of('script')}'" in policy, policy
        assert "unsafe" not in policy
        for element in case.document.root.all():
            assert element.tag not in ("link", "img", "iframe", "object", "embed", "base"), element.tag
            for name, value in element.attributes.items():
                assert not name.startswith("on") and name not in ("style", "src", "action"), (element.tag, name)
                assert name != "href" or value.startswith("#"), value
        assert "@import" not in case.text and "url(" not in case.document.root.first("style").text()
        assert len(list(case.document.root.all("script"))) == 1


def escapes_hostile_names(hostile):
    for case in hostile:
        is_sealed_off(case, case)
        assert case.document.mistakes == [], case.document.mistakes[:3]
        for tag in ("img", "script", "style"):
            assert len(list(case.document.root.all(tag))) == (tag != "img"), tag
        comm = case.records[0]["victims"][0]["comm"]
        assert comm in ranks(case.document, "Killed processes"), comm
        assert details(case.document)[0].get("data-victim") == comm
        paths = {record["memcg"]["path"] for record in case.records}
        assert {incident.get("data-cgroup") for incident in details(case.document)} == paths


def is_the_same_from_a_database_and_from_records(ordinary):
    """But for its title and what it says of the input."""
    base = os.path.join(FOLDER, "ordinary")
    with open(base + ".jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in ordinary.records)
    if os.path.exists(base + ".db"):
        os.remove(base + ".db")
    call("scan", base + ".log", "--db", base + ".db", "--html", base + ".scan.html")
    call("report", base + ".db", "--html", base + ".db.html")
    call("report", base + ".jsonl", "--html", base + ".jsonl.html")
    bare = lambda text: re.sub(r"<title>.*?</title>|<p class=\"dim\">(Read|Which).*?</p>", "", text)
    for kind in (".scan.html", ".db.html", ".jsonl.html"):
        assert bare(open(base + kind, encoding="utf-8").read()) == bare(ordinary.text), kind


def shows_the_others_when_a_record_is_damaged(ordinary):
    path = os.path.join(FOLDER, "damaged.db")
    if os.path.exists(path):
        os.remove(path)
    call("scan", os.path.join(FOLDER, "ordinary.log"), "--db", path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE records SET record = x'7b' WHERE incident = (SELECT max(incident) FROM records)")
    database.close()
    document = Document(call("report", path, "--format", "html"))
    assert document.mistakes == []
    assert "no record" in document.root.first("p", class_="warning").text()
    assert len(details(document)) == len(details(ordinary.document)) - 1


def escapes_hostile_records(ordinary):
    """JSON lines may hold what no log's host name could."""
    name = HOSTILE[0] + "\u2028\x1b"
    path = os.path.join(FOLDER, "hostile.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        for record in ordinary.records[:20]:
            record = json.loads(json.dumps(record))
            record.update(host=name, kernel=name, boot=name, arch=name, hardware=name, summary=name)
            record["source"]["path"] = record["memcg"]["path"] = record["trigger"]["comm"] = name
            record["victims"][0].update(comm=name, cgroup=name)
            record["workload"] = {"manager": name, "unit": name, "qos": name}
            for finding in record["findings"]:
                finding.update(rule=name, title=name, text=name, advice=name)
                for evidence in finding["evidence"]:
                    evidence.update(fact=name, value=name, text=name)
            file.write(json.dumps(record) + "\n")
    text = call("report", path, "--format", "html")
    document = Document(text)
    assert document.mistakes == [] and "\u2028" not in text and "\x1b" not in text
    assert len(list(document.root.all("script"))) == 1 and not document.root.first("img")
    for title in ("Hosts", "Workloads", "Kernels", "Memory cgroups", "Killed processes"):
        assert next(iter(ranks(document, title))).startswith("</script><img src=x"), title


def lists_processes_as_processes():
    """Killers in user space choose cgroups too; those are no processes."""
    samples = [f"samples/handmade-{name}.log" for name in ("systemd-oomd", "meta-oomd", "earlyoom")]
    document = Document(call("scan", *samples, "--html", "/dev/stdout"))
    assert ranks(document, "Killed processes") == {"browser": 1}, ranks(document, "Killed processes")


def counts_what_the_records_say(ordinary):
    records, document = ordinary.records, ordinary.document
    assert len(records) == 160, len(records)
    hosts = ordinary.count(lambda record: record["host"])
    assert document.root.first("h1").text().startswith(f"{len(records)} OOM kills on {len(hosts)} hosts in 10 days; "
                                                       "40 of them in pod 00000001")
    assert ranks(document, "Hosts") == hosts
    assert ranks(document, "Killed processes") == ordinary.count(lambda record: record["victims"][0]["comm"])
    assert ranks(document, "What filled the memory") == ordinary.count(lambda record: record["dominant"]["part"])
    assert ranks(document, "Which limit refused") == ordinary.count(lambda record: record["limit"])
    pods = ordinary.count(lambda record: record["workload"]["pod_uid"]).most_common()
    assert list(ranks(document, "Workloads").values()) == [count for _, count in pods[:10]]
    legend = {row.text().split()[0]: number(row.text().split()[1])
              for row in document.root.first("ul", class_="legend").all("a")}
    assert legend == ordinary.count(lambda record: record["class"]), legend


def counts_what_all_kinds_of_records_say(samples):
    records, document = samples.records, samples.document
    legend = {row.text().split()[0]: number(row.text().split()[1])
              for row in document.root.first("ul", class_="legend").all("a")}
    assert legend == samples.count(lambda record: record["class"]), legend
    parts = samples.count(lambda record: record.get("dominant", {}).get("part", "unknown"))
    assert ranks(document, "What filled the memory") == parts
    assert ranks(document, "Which limit refused") == samples.count(lambda record: record["limit"])
    lede = [item.text() for item in document.root.first("ul", class_="lede").all("li")]
    kinds = samples.count(lambda record: record["kind"])
    assert f"{kinds['oom-kill']} OOM kills" in lede[0] and f"{kinds['alloc-failure']} failed allocations" in lede[0]
    assert f"{sum(record.get('panic', False) for record in records)} ended in a panic" in lede
    assert sum(int(incident.get("data-count")) for incident in details(document)) == len(records)


def charts_what_the_records_say(ordinary):
    table = ordinary.document.root.first("details", class_="plain")
    classes = [cell.text() for cell in table.first("thead").all("th")][2:]
    width = datetime.timedelta(hours=3)
    expected = collections.Counter()
    for record in ordinary.records:
        start = fleet.START + (wall(record) - fleet.START) // width * width
        expected[start.strftime("%Y-%m-%d %H:%M"), record["class"]] += 1
    found = {}
    for row in table.first("tbody").all("tr"):
        start, total = row.first("th").text().split(" to ")[0], number(row.first("td").text())
        counts = [number(cell.text()) for cell in row.all("td")][1:]
        assert sum(counts) == total
        found.update({(start, class_): count for class_, count in zip(classes, counts) if count})
    assert found == expected, set(found.items()) ^ set(expected.items())
    bars = [group.first("title").text() for group in ordinary.document.root.first("svg", class_="chart").all("g")]
    assert sum(number(re.search(r": ([\d,]+) incident", bar)[1]) for bar in bars) == len(ordinary.records)


def folds_repeats_with_interval_and_growth(ordinary):
    cases = ordinary.count(case_of)
    rows = details(ordinary.document)
    assert len(rows) == len(cases)
    assert sorted(int(row.get("data-count")) for row in rows) == sorted(cases.values())
    first = ordinary.document.root.first("table", class_="repeats").first("tbody").first("tr").text()
    # Every six hours; 15/16 of 64 MiB at first, of 64 + 9 * 24 + 18 MiB ten days later.
    for words in ("40", "pod 00000001-0000 on web-1", "killed java", "6 h 00 min", "2026-11-02 00:00",
                  "to 2026-11-11 18:00", "held 60.0 MiB → 279.4 MiB", "limit 64.0 MiB → 298.0 MiB"):
        assert words in first, (words, first)


def quotes_the_evidence(single):
    lines = open("samples/lab-6.1-memcg-v2-anon.log", encoding="utf-8").read().splitlines()
    rows = list(single.document.root.first("table", class_="evidence").all("tr"))
    assert len(rows) >= 3
    for row in rows:
        place, quote = (cell.text() for cell in row.all("td"))
        assert lines[int(place) - 1].endswith(quote), (place, quote)


def stays_small(crowd):
    assert len(crowd.text.encode()) < PAGE_MAX
    shown = details(crowd.document)
    rest = crowd.document.root.first("p", class_="rest").text()
    assert 200 <= len(shown) < len(crowd.records)
    assert f"{len(shown)} of {len(crowd.records):,} cases, {len(shown)} of {len(crowd.records):,} incidents" in rest, rest


def keeps_endless_names_short(endless):
    assert len(endless.records) == 6
    assert len(endless.text) < 200 * 1024, len(endless.text)


def says_how_many_have_no_date(samples):
    dated = sum("wall" in record["time"] for record in samples.records)
    remark = samples.document.root.first("p", class_="remark").text()
    assert f"Not drawn: {len(samples.records) - dated} incidents without a date" in remark, remark
    assert " on " not in samples.document.root.first("h1").text()


def draws_stamps_without_a_year_as_printed(new_year):
    assert not any("wall" in record["time"] for record in new_year.records)
    assert " on web-1 from Dec 30 00:00 to Jan  2 16:00" in new_year.document.root.first("h1").text()
    bars = [group.first("title").text() for group in new_year.document.root.first("svg", class_="chart").all("g")]
    days = [bar[:6] for bar in bars]
    assert days == sorted(days, key=["Dec 30", "Dec 31", "Jan  1", "Jan  2"].index) and len(bars) == 12, bars
    assert "8 h 00 min" in new_year.document.root.first("table", class_="repeats").text()
    assert "neither year nor zone" in new_year.text and "2024" not in new_year.text


def tells_what_repeats_without_a_year_among_others(mixed):
    """By hand: 15/16 of 64 and of 256 MiB; from Dec 30 20:00 to Jan 2 20:00 in two steps."""
    rows = {row.first("th", scope="row").text(): row for row in mixed.document.root.first("table", class_="repeats")
            .first("tbody").all("tr")}
    row = next(row for where, row in rows.items() if "old-1" in where)
    assert row.first("td", **{"data-label": "every"}).text() == "1 d 12 h"
    assert "Dec 30 20:00" in row.text() and "to Jan  2 20:00" in row.text() and "2024" not in mixed.text
    assert "held 60.0 MiB → 240.0 MiB" in row.text() and "limit 64.0 MiB → 256.0 MiB" in row.text(), row.text()
    assert not list(row.all("svg")), "it has no place on an axis with years"
    assert "Not drawn: 3 incidents without a date" in mixed.text
    assert mixed.document.root.first("details", **{"data-host": "old-1"}).get("data-last") == "-1"


def shows_one_incident_as_an_article(single):
    assert single.document.root.first("h1").text() == single.records[0]["summary"]
    assert not details(single.document) and not single.document.root.first("form")


def tells_that_there_is_nothing(nothing):
    assert "No out-of-memory incident in what was read" in nothing.document.root.first("h1").text()


CLAIMS = (is_well_formed, is_sealed_off, is_the_same_from_a_database_and_from_records, escapes_hostile_names,
          shows_the_others_when_a_record_is_damaged, escapes_hostile_records, lists_processes_as_processes, counts_what_the_records_say,
          counts_what_all_kinds_of_records_say, charts_what_the_records_say, folds_repeats_with_interval_and_growth, quotes_the_evidence, stays_small,
          keeps_endless_names_short, says_how_many_have_no_date, draws_stamps_without_a_year_as_printed,
          tells_what_repeats_without_a_year_among_others,
          shows_one_incident_as_an_article,
          tells_that_there_is_nothing)


class Nothing(Case):
    def __init__(self, log):
        self.records, self.text = [], call(log, "--format", "html", status=1)
        self.document = Document(self.text)


def inputs():
    os.makedirs(FOLDER, exist_ok=True)
    place = lambda name: os.path.join(FOLDER, name)
    return {
        "ordinary": Case(fleet.ordinary(place("ordinary.log"))),
        "new_year": Case(fleet.new_year(place("new_year.log"))),
        "mixed": Case(fleet.mixed(place("mixed.log"))),
        "crowd": Case(fleet.crowd(place("crowd.log"), 2000)),
        "hostile": [Case(fleet.hostile(place(f"<b onclick=x>{i}.log"), name)) for i, name in enumerate(HOSTILE)],
        "endless": Case(fleet.hostile(place("endless.log"), "x" * 60000)),
        "samples": Case("samples"),
        "single": Case("samples/lab-6.1-memcg-v2-anon.log"),
        "nothing": Nothing("LICENSE"),
    }


def main():
    cases = inputs()
    claims = [(claim.__name__, claim) for claim in CLAIMS]
    missing = browser.missing()
    claims += [("browser_" + claim.__name__, claim) for claim in browser.CLAIMS]
    print(f"1..{len(claims)}")
    for place, (name, claim) in enumerate(claims, 1):
        title = name.replace("_", " ")
        if missing and claim in browser.CLAIMS:
            print(f"ok {place} - {title} # SKIP {missing}")
            continue
        try:
            wanted = claim.__code__.co_varnames[:claim.__code__.co_argcount]
            claim(**{key: cases[key] for key in wanted})
            print(f"ok {place} - {title}")
        except Exception:
            print(f"not ok {place} - {title}")
            traceback.print_exc()


main()
