#!/usr/bin/env python3
"""Every path that a page or a comment names exists, so does every test that a page names, and every link between pages leads somewhere."""
import glob
import os
import re
import sys

from sources import TOP, files, main, read

NAMED = re.compile(r"(?<![\w/.~$}>-])(?:\./)?((?:%s|\.ci)/[\w.*{},<>/@+-]*[\w*}>/])" % "|".join(TOP))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")

# A test that a page names: `tests/unit/plan/x_test.cpp::the name of a case`, `tests/integration/x_test.py::name_of_a_function`.
TEST = re.compile(r"`(tests/[\w/]+_test\.(?:py|cpp))::([^`]+)`")
COMPLAINTS = "docs/COMPLAINTS.md"


def spellings(name):
    """docs/{A,B}.md names two paths; <name> and * stand for anything."""
    match = re.search(r"\{([^{}]*)\}", name)
    if match:
        for part in match[1].split(","):
            yield from spellings(name[:match.start()] + part.strip() + name[match.end():])
    else:
        yield re.sub(r"<[^<>]*>", "*", name)


def exists(root, name):
    return bool(glob.glob(os.path.join(root, name)))


def comments(text):
    return "\n".join(re.findall(r"(?://|#|--)\s.*", text))


def has_test(text, path, name):
    """A case of Catch2; a function test_*, or a story that each_provider makes one test of for each provider."""
    if path.endswith(".cpp"):
        return f'TEST_CASE("{name}"' in text
    story = re.search(rf"^(@each_provider\(.*\)\n)?def {re.escape(name)}\(", text, re.M)
    return bool(story and (story[1] or name.startswith("test_")))


def tests_that_are_missing(root, page, text):
    for path, name in TEST.findall(text):
        if not os.path.exists(os.path.join(root, path)) or not has_test(read(root, path), path, name):
            yield f"{page}: names the test {path}::{name}, which is not there"


def complaints_without_a_test(text):
    for section in text.split("\n## ")[1:]:
        if not TEST.search(section) and "Does not apply" not in section:
            yield f"{COMPLAINTS}: '{section.splitlines()[0]}' names no test, and does not say why it does not apply"


def check(root):
    wrong = []
    pages = [name for name in os.listdir(root) if name.endswith(".md")] + files(root, ".md")
    for path in sorted(pages):
        text = read(root, path)
        for match in LINK.finditer(text):
            target = match[1]
            if "://" in target or target.startswith("mailto:"):
                continue
            if not os.path.exists(os.path.join(root, os.path.dirname(path), target)):
                wrong.append(f"{path}: a link leads to {target}, which is not there")
        wrong += tests_that_are_missing(root, path, text)
        if path == COMPLAINTS:
            wrong += complaints_without_a_test(text)
        named = NAMED.findall(LINK.sub("]", text.replace("**", "")))
        wrong += [f"{path}: names {name}, which is not there" for raw in named for name in spellings(raw) if not exists(root, name)]
    for path in files(root, ".cpp", ".hpp", ".py", ".txt", ".cmake", ".sql"):
        if path.startswith("tests/lint/"):
            continue  # plants paths that are not there
        for raw in NAMED.findall(comments(read(root, path))):
            if raw.endswith((".md", ".hpp", ".cpp", ".py", "/")):
                wrong += [f"{path}: names {name}, which is not there" for name in spellings(raw) if not exists(root, name)]
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
