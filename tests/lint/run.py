#!/usr/bin/env python3
"""Runs every lint, for ./dev lint."""
import glob
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def main():
    broken = 0
    for path in sorted(glob.glob(os.path.join(HERE, "check_*.py"))):
        name = os.path.basename(path)[:-3]
        lint = importlib.import_module(name)
        if skipped := getattr(lint, "why_skipped", lambda: None)():
            print(f"{name}: SKIPPED: {skipped}")
            continue
        wrong = lint.check(ROOT)
        for line in wrong:
            print(line)
        print(f"{name}: {'fine' if not wrong else f'{len(wrong)} wrong'}")
        broken += len(wrong)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
