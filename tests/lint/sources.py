"""What the lints read: which files there are, and C++ without its comments and literals."""
import os
import re
import sys

TOP = ("lib", "daemon", "tests", "docs", "schema", "systemd", "cmake")
TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-zA-Z_])\'(?:\\.|[^\'\\\n])+\'', re.S)


def files(root, *suffixes, under=TOP):
    """Paths relative to root, sorted, with '/' between; build folders are never under TOP."""
    found = []
    for top in under:
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders[:] = [name for name in folders if name != "__pycache__"]
            found += [os.path.relpath(os.path.join(folder, name), root) for name in names
                      if not suffixes or name.endswith(suffixes)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def code(text):
    """The same number of lines, comments blanked, string and character literals emptied."""
    def blank(match):
        token = match.group(0)
        newlines = "\n" * token.count("\n")
        if token.startswith(("//", "/*")):
            return " " + newlines
        return ('""' if token[0] in '"R' else "' '") + newlines
    return TOKEN.sub(blank, text)


def includes(text):
    """-> [(line number, path, in angle brackets)]; a commented-out one does not count."""
    found = []
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', text, re.M):
        found.append((text.count("\n", 0, match.start()) + 1, match[2], match[1] == "<"))
    return found


def main(check):
    """For `python3 check_x.py [ROOT [MORE...]]`: prints what is wrong, exit code 1 if anything is."""
    here = os.path.dirname(os.path.abspath(__file__))
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(here))
    wrong = check(root, *sys.argv[2:])
    for line in wrong:
        print(line)
    return 1 if wrong else 0
