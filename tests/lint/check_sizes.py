#!/usr/bin/env python3
"""A file of more than 300 lines wants splitting along a verb; one of more than 400 is refused."""
import sys

from sources import files, main, read

WARN, FAIL = 300, 400
# Longer on purpose, each with its reason.
EXCEPT = {}


def check(root):
    wrong = []
    for path in files(root, ".cpp", ".hpp", ".py", ".sh", under=("lib", "daemon", "tests")):
        lines = read(root, path).count("\n")
        if lines > FAIL and path not in EXCEPT:
            wrong.append(f"{path}: {lines} lines; split it along a verb (the limit is {FAIL})")
        elif lines > WARN:
            print(f"warning: {path}: {lines} lines, over {WARN}", file=sys.stderr)
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
