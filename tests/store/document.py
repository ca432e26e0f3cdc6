"""docs/database.md: the columns that it describes, and its statements, for SQLite and for other databases."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile

from fixture import DB, TEMPORARY, ask, claim, dig, path, plain, records, run, skip

with open("docs/database.md") as file:
    document = file.read()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", document, re.M | re.S)


def find_postgresql():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1]) if found else None


def as_other(command):
    """PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command] if os.getuid() == 0 else command


def check_postgresql(programs):
    home = tempfile.mkdtemp(prefix="whyoom-pg-")
    if os.getuid() == 0:
        shutil.chown(home, "nobody", "nogroup")
    os.chmod(TEMPORARY, 0o755)

    def do(*command, **more):
        return subprocess.run(as_other(list(command)), capture_output=True, text=True, cwd=TEMPORARY,
                              env={**os.environ, "HOME": home, "TZ": "UTC"}, **more)

    data = os.path.join(home, "data")
    started = do(f"{programs}/initdb", "-D", data, "-U", "whyoom", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    if started.returncode == 0:
        started = do(f"{programs}/pg_ctl", "-D", data, "-w", "-l", os.path.join(home, "log"), "-o",
                     f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off", "start")
    try:
        claim("a PostgreSQL cluster of our own starts", started.returncode == 0, started)
        if started.returncode:
            return

        def psql(sql):
            return do(f"{programs}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", home, "-U", "whyoom", "postgres", input=sql)

        for turn in ("the document's statements load into PostgreSQL", "they load again, and nothing is there twice"):
            loaded = psql("\n".join(blocks("postgresql")))
            counts = psql("SELECT count(*), count(DISTINCT id) FROM incidents; SELECT count(*) FROM records;")
            claim(turn, loaded.returncode == 0 and counts.stdout.split() == [f"{len(records)}|{len(records)}", str(len(records))],
                  loaded.stderr + counts.stdout + counts.stderr)
        told = psql("SELECT id, class, dominant_bytes, extract(epoch FROM time)::bigint FROM incidents;").stdout.splitlines()
        wrong = []
        for line in told:
            key, class_, size, seconds = line.split("|")
            record = records[key]
            wall = dig(record, "time", "wall")
            epoch = subprocess.run(["date", "-u", "-d", wall, "+%s"], capture_output=True, text=True).stdout.strip() if wall else ""
            if (class_, size, seconds) != (record["class"], str(dig(record, "dominant", "bytes") or ""), epoch):
                wrong.append((line, record["class"], wall))
        claim("PostgreSQL has the values of the records", len(told) == len(records) and not wrong, wrong[:3])
        told = psql("SELECT r.record->'dominant'->>'part' FROM records r JOIN incidents i USING (id) WHERE i.class = 'shmem' GROUP BY 1;")
        claim("PostgreSQL can look into records", told.stdout.split() == ["shmem"], told)
    finally:
        do(f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


# Each as a program, or as a module for Python that stands in for it.
OTHERS = {
    "duckdb": (["duckdb"], "duckdb", "import duckdb, sys; print(duckdb.sql(sys.stdin.read()))"),
    "clickhouse": (["clickhouse", "local", "--multiquery"], "chdb",
                   "import sys; from chdb import session; print(session.Session().query(sys.stdin.read(), 'CSV'))"),
}


def command_of(program):
    """None: there is neither."""
    command, module, code = OTHERS[program]
    if shutil.which(command[0]):
        return command
    return [sys.executable, "-c", code] if importlib.util.find_spec(module) else None


def check():
    described = re.findall(r"^\| `(\w+)` \|", document[document.index("### incidents"):document.index("### victims")], re.M)
    claim("the document describes the columns of incidents", described == [row["name"] for row in ask("PRAGMA table_info(incidents)")])
    for beside in ("victims", "memcg_stats", "findings", "runs", "coverage"):
        section = re.search(rf"^### {beside}\n(.*?)^##", document, re.M | re.S)[1]
        rows = re.findall(r"^\| (`[^|]*) \|", section, re.M) + re.findall(r"^(?:`stat_\w+`[,.] ?)+$", section, re.M)
        listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
        claim(f"the document describes the columns of {beside}",
              listed == [row["name"] for row in ask(f"PRAGMA table_info({beside})")], listed)
    tables = re.findall(r"^\| `(\w+)` \|", document[document.index("## Tables"):document.index("### incidents")], re.M)
    claim("the document describes the tables", sorted(tables)
          == sorted(row["name"] for row in ask("SELECT name FROM sqlite_schema WHERE type = 'table'")))

    for block in blocks("sqlite"):
        if not shutil.which("sqlite3"):
            skip("a question of the document is answered", "no sqlite3")
            continue
        told = subprocess.run(["sqlite3", "-batch", "-readonly", DB, block], capture_output=True, text=True)
        needs_rows = "failure" not in block
        claim(f"a question of the document is answered: {block.split(chr(10))[0][:60]}",
              told.returncode == 0 and not told.stderr and (told.stdout or not needs_rows), told)

    with open(path("incidents.csv"), "w", newline="") as file:
        file.write(run("report", DB, "--csv").stdout)
    with open(path("incidents.jsonl"), "w") as file:
        file.write(plain)
    programs = find_postgresql()
    if not programs:
        skip("the document's statements load into PostgreSQL", "no PostgreSQL (apt-get install postgresql)")
    elif os.getuid() == 0 and not shutil.which("setpriv"):
        skip("the document's statements load into PostgreSQL", "root without setpriv")
    else:
        check_postgresql(programs)
    for program, (_, module, _) in OTHERS.items():
        command = command_of(program)
        if not command:
            skip(f"the document's statements load into {program}", f"no {program} (or pip install {module})")
            continue
        loaded = subprocess.run(command, input="\n".join(blocks(program)) + "\nSELECT count(*) FROM incidents;", capture_output=True,
                                text=True, cwd=TEMPORARY)
        claim(f"the document's statements load into {program}", loaded.returncode == 0 and str(len(records)) in loaded.stdout, loaded)
