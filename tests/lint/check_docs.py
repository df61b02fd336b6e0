#!/usr/bin/env python3
"""Every path that a page or a comment names exists, and every link between pages leads somewhere."""
import glob
import os
import re
import sys

from sources import TOP, files, main, read

NAMED = re.compile(r"(?<![\w/.~$}>-])(?:\./)?((?:%s|\.ci)/[\w.*{},<>/@+-]*[\w*}>/])" % "|".join(TOP))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


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
