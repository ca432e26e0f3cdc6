"""scan --db, report and docs/database.md, against the JSON lines of the same logs. Usage: check.py WHYOOM. TAP."""

import shutil
import sys

sys.dont_write_bytecode = True  # nothing is left beside the sources
import bad_input
import copies
import document
import fixture
import outputs
import pseudonyms
import rows
import scans

for topic in rows, outputs, bad_input, scans, copies, document, pseudonyms:
    topic.check()
print(f"1..{fixture.number}")
shutil.rmtree(fixture.TEMPORARY, ignore_errors=True)
sys.exit(fixture.failed > 0)
