#!/usr/bin/env python3
"""Words that stand for work not done, names that say nothing, and handlers that swallow everything."""
import os
import re
import sys

from sources import files, main, read

UNDONE = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
NAMELESS = re.compile(r"^(?:utils?|common|helpers?|misc|manager|stuff|\w+_(?:utils?|helpers?|manager))$")
# Naming what is refused is this lint's own trade.
SELF = ("tests/lint/check_words.py", "tests/lint/lint_test.py")


def check(root):
    wrong = []
    folders = set()
    for path in files(root):
        folders.update(os.path.dirname(path).split("/"))
        stem = os.path.basename(path).split(".")[0]
        if NAMELESS.match(stem):
            wrong.append(f"{path}: the name says nothing; name the file after what it does")
        if path in SELF or not path.endswith((".cpp", ".hpp", ".py", ".sh", ".sql", ".md", ".txt", ".cmake", ".service", ".socket")):
            continue
        text = read(root, path)
        for match in UNDONE.finditer(text):
            wrong.append(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}; do it, or write down what is missing where users see it")
        if path.endswith((".cpp", ".hpp")):
            for match in re.finditer(r"catch\s*\(\s*\.\.\.\s*\)\s*\{\s*\}", text):
                wrong.append(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: an exception is swallowed without a word why")
    wrong += [f"{name}/: the folder's name says nothing" for name in sorted(folders) if NAMELESS.match(name)]
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
