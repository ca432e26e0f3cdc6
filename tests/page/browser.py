"""The page in headless Chromium: what its script does, how it looks in both themes."""

import os
import shutil
import struct
import subprocess
import tempfile
import zlib

from document import Document

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def missing():
    """Why the browser's claims cannot be tested; None when they can."""
    return None if CHROMIUM else "no chromium here (apt-get install chromium)"


def look(path, address, *options):
    """Run the browser on a page; what it prints, and what its console said."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             f"--user-data-dir={profile}", "--enable-logging=stderr", *options,
             f"file://{os.path.abspath(path)}{address}"],
            capture_output=True, timeout=120, check=False)
    console = [line for line in done.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]
    return done.stdout.decode(), console


def shown(case, address):
    """The incidents that are not hidden, in their order on the page."""
    text, console = look(case.path, address, "--dump-dom")
    assert not console, console
    incidents = Document(text).root.all("details", class_="incident")
    return [incident for incident in incidents if "hidden" not in incident.attributes]


def filters_by_what_the_address_says(ordinary):
    for key, value in (("class", "slab"), ("host", "web-1"), ("victim", "node"), ("part", "shmem"), ("limit", "memory")):
        wanted = [incident.get("id") for incident in ordinary.document.root.all("details", class_="incident")
                  if incident.get(f"data-{key}") == value]
        found = shown(ordinary, f"#{key}={value}")
        assert wanted and [incident.get("id") for incident in found] == wanted, (key, value)
    assert len(shown(ordinary, "#host=web-1&victim=java")) == 1
    assert shown(ordinary, "#host=nobody") == []


def searches_words(ordinary):
    found = shown(ordinary, "#q=PostGres+web-2")
    assert found
    for incident in found:
        assert incident.get("data-victim") == "postgres" and incident.get("data-host") == "web-2"


def orders_by_size_and_time(ordinary):
    for key in ("size", "last"):
        values = [int(incident.get(f"data-{key}")) for incident in shown(ordinary, f"#order={key}")]
        assert values == sorted(values, reverse=True) and len(set(values)) > 1


def opens_the_incident_that_is_pointed_at(ordinary):
    wanted = ordinary.document.root.first("table", class_="repeats").first("tbody").first("a").get("href")
    opened = [incident for incident in shown(ordinary, wanted) if "open" in incident.attributes]
    assert ["#" + incident.get("id") for incident in opened] == [wanted]


def filters_by_hostile_names(hostile):
    for case in hostile:
        link = next(link.get("href") for link in case.document.root.all("a", class_="name")
                    if link.get("href").startswith("#victim="))
        assert len(shown(case, link)) == len(list(case.document.root.all("details", class_="incident"))), link


KEYS = """<script>
const press = key => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const at = () => (document.activeElement.closest("details") || document.activeElement).id;
const told = [];
for (const key of ["j", "j", "k", "/", "Escape", "t"]) { press(key); told.push(at()); }
document.body.dataset.told = told.join(" ") + " " + document.documentElement.dataset.theme;
</script></body>"""


def answers_to_keys(ordinary):
    """A script that presses them; the page's policy has to go for that."""
    first, second = [incident.get("id") for incident in ordinary.document.root.all("details", class_="incident")][:2]
    policy = ordinary.text[ordinary.text.index("<meta http-equiv"):].split("\n", 1)[0]
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
        file.write(ordinary.text.replace(policy, "").replace("</body>", KEYS))
        file.flush()
        text, console = look(file.name, "", "--dump-dom")
    assert not console, console
    told = Document(text).root.first("body").get("data-told").split(" ")
    assert told == [first, second, first, "search", "", "", "light"], told


def corner(path, address, *options):
    """The colour of the page's first pixel, from a screenshot: PNG, 8 bits a channel."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        look(path, address, f"--screenshot={file.name}", "--window-size=420,300", *options)
        data = open(file.name, "rb").read()
    at, pixels = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        pixels += data[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return tuple(zlib.decompress(pixels)[1:4])  # of the first line, any filter leaves the first pixel


def comes_in_light_and_dark(ordinary):
    for address, option in (("", "--blink-settings=preferredColorScheme=%d"), ("#theme=%s", "--mute-audio")):
        dark = corner(ordinary.path, address.replace("%s", "dark"), option.replace("%d", "0"))
        light = corner(ordinary.path, address.replace("%s", "light"), option.replace("%d", "1"))
        assert min(light) > 200 and max(dark) < 60, (address, light, dark)


def says_nothing_on_the_console(samples, single):
    for case in (samples, single):  # shown() looks at the others
        _, console = look(case.path, "", "--dump-dom")
        assert not console, console
    with tempfile.NamedTemporaryFile("w", suffix=".html") as file:  # would an error be seen?
        file.write("<script>nobody.knows()</script>")
        file.flush()
        _, console = look(file.name, "", "--dump-dom")
        assert console


CLAIMS = (filters_by_what_the_address_says, searches_words, orders_by_size_and_time,
          opens_the_incident_that_is_pointed_at, filters_by_hostile_names, answers_to_keys, comes_in_light_and_dark,
          says_nothing_on_the_console)
