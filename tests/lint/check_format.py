#!/usr/bin/env python3
"""Every source file is laid out as .clang-format says. `check_format.py [ROOT [--fix]]`; another major version of clang-format
lays out differently, so without version 14 this says SKIPPED and ends with 77."""
import re
import shutil
import subprocess
import sys

from sources import files

MAJOR = "14"
SKIPPED = 77


def clang_format():
    for name in (f"clang-format-{MAJOR}", "clang-format"):
        path = shutil.which(name)
        if path and re.search(rf"version {MAJOR}\.", subprocess.run([path, "--version"], capture_output=True, text=True).stdout):
            return path
    return None


def why_skipped():
    return None if clang_format() else (
        f"clang-format {MAJOR} is not installed here (package clang-format-{MAJOR}, or clang-format on Debian 12); "
        "the layout of the sources was NOT checked")


def run(root, *options):
    paths = files(root, ".cpp", ".hpp", under=("lib", "daemon", "tests"))
    return subprocess.run([clang_format(), "-style=file", *options, *paths], cwd=root, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)


def check(root):
    """-> [one line a file]; ask why_skipped() first."""
    wrong = {}
    ended = run(root, "--dry-run", "--Werror")
    for path, line in re.findall(r"^([^\s:]+):(\d+):\d+: error:", ended.stderr, re.M):
        wrong.setdefault(path, line)
    if ended.returncode and not wrong:
        return [f"clang-format failed: {ended.stderr.strip()}"]
    return [f"{path}:{line}: not laid out as .clang-format says; ./dev format" for path, line in wrong.items()]


def main(root, fix=None):  # the one lint that may change files
    if why_skipped():
        print(f"SKIPPED: {why_skipped()}")
        return SKIPPED
    if fix:
        ended = run(root, "-i")
        print(ended.stderr, end="")
        return ended.returncode
    wrong = check(root)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
