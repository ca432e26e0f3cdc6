"""The page of a million incidents: seconds, memory, size, and the browser's first screen.
Usage: page.py WHYOOM MAKE_DATABASE FOLDER COUNT"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

WHYOOM, MAKE_DATABASE, FOLDER, COUNT = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
MIB = 1024 * 1024
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Said by the page itself once it is on the screen; its policy has to go for that.
PROBE = """<script>new PerformanceObserver(list => list.getEntriesByName("first-contentful-paint").forEach(
entry => console.log("PAINT " + entry.startTime))).observe({type: "paint", buffered: true})</script></head>"""


def made():
    path = os.path.join(FOLDER, f"incidents-{COUNT}.db")
    if not os.path.exists(path):
        subprocess.run([MAKE_DATABASE, path + ".new", str(COUNT)], check=True, stdout=subprocess.DEVNULL)
        os.rename(path + ".new", path)
    return path


def first_paint(page):
    """Milliseconds, the best of five."""
    text = re.sub(r"<meta http-equiv[^>]*>", "", open(page, encoding="utf-8").read())
    probe = page.replace(".html", "-probe.html")
    with open(probe, "w", encoding="utf-8") as file:
        file.write(text.replace("</head>", PROBE, 1))
    found = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
                 f"--user-data-dir={folder}", "--window-size=1280,900", f"--screenshot={folder}/page.png",
                 f"file://{os.path.abspath(probe)}"], capture_output=True, timeout=120, check=False)
        found += [float(text) for text in re.findall(r"PAINT ([\d.]+)", done.stderr.decode(errors="replace"))]
    return min(found) if found else None


def main():
    database, page = made(), os.path.join(FOLDER, "page.html")
    start = time.monotonic()
    child = subprocess.Popen([WHYOOM, "report", database, "--html", page])
    _, status, usage = os.wait4(child.pid, 0)
    wall, child.returncode = time.monotonic() - start, os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"whyoom ended with status {child.returncode}")
    print(f"{COUNT:,} incidents in {os.path.getsize(database) / MIB:.0f} MiB, their page in {wall:.1f} s "
          f"({usage.ru_utime + usage.ru_stime:.1f} s of processor time); goal: under 20 s")
    print(f"its peak memory {usage.ru_maxrss / 1024:.0f} MiB, its size {os.path.getsize(page) / MIB:.1f} MiB")
    paint = first_paint(page) if CHROMIUM else None
    print(f"the browser's first screen after {paint:.0f} ms; goal: under 200 ms" if paint else
          "the browser's first screen: not measured, no chromium here")


main()
