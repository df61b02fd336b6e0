#!/usr/bin/env python3
"""tests/unit mirrors the tree: tests/unit/A/x_test.cpp is about lib/A/x, or daemon/... for tests/unit/daemon/...; a test of one
aspect of it may be called x_ASPECT_test.cpp."""
import os
import sys

from sources import files, main

SUFFIX = "_test.cpp"


def subjects(path):
    """Which files this test may be about, without suffix, the most exact one first."""
    folder, name = os.path.split(path.removeprefix("tests/unit/"))
    base = folder if folder.split("/")[0] == "daemon" else f"lib/{folder}"
    words = name.removesuffix(SUFFIX).split("_")
    return [f"{base}/{'_'.join(words[:n])}" for n in range(len(words), 0, -1)]


def check(root):
    wrong = []
    there = {path.rsplit(".", 1)[0] for path in files(root, ".cpp", ".hpp", under=("lib", "daemon"))}
    for path in files(root, ".cpp", under=("tests/unit",)):
        if path.endswith(SUFFIX) and not any(subject in there for subject in subjects(path)):
            wrong.append(f"{path}: there is no {subjects(path)[0]}.cpp or .hpp that it could be the test of")
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
