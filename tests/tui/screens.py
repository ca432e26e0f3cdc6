"""
Scripts of keys, and what must be on the screen then, written down from what the logs say. With a sanitized program
(make SAN=address,undefined check) they are the browser's run under a sanitizer, which ends it at the first mistake.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
import dump_cases  # noqa: E402
import incident_cases  # noqa: E402
import list_cases  # noqa: E402
import terminal_cases  # noqa: E402
from harness import IS_SANITIZED, case, skip  # noqa: E402

MODULES = (list_cases, incident_cases, dump_cases, terminal_cases)
for module in MODULES:
    for script in module.CASES:
        # A dump is read by a child of a program with threads: one may hold the lock of the sanitizer's allocator, and
        # then the child waits for ever. glibc's own takes care of that.
        if IS_SANITIZED and module is dump_cases:
            skip(f"dumps: {script.__name__}", "the sanitizer's allocator does not survive a fork beside threads")
        else:
            case(script)
