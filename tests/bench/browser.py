"""From a key to a screen with 10,000 incidents. Usage: browser.py PROGRAM FOLDER"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
import generate  # noqa: E402

PROGRAM, FOLDER = sys.argv[1], sys.argv[2]
path = os.path.join(FOLDER, "ten-thousand.log")
if not os.path.exists(path):
    generate.write_reports(path, generate.sample_reports(), lambda number, written: number < 10000)
sys.exit(subprocess.run([PROGRAM, path], check=False).returncode)
