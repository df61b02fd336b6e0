#!/usr/bin/env python3
"""The files of one target are compiled as a few units (cmake/Unity.cmake), in groups that shift with each new file: of the files of a target
that share a namespace, one only has a name, with the same parameters, in its unnamed namespace. Tests have a namespace for each file."""
import re
import sys

from sources import files, main, read

TARGET = re.compile(r"(?:lib|daemon)/[^/]+|tests/sandbox")
NAMESPACE = re.compile(r"^namespace ([\w:]+) \{", re.M)
BODY = re.compile(r"^namespace \{\n(.*?)^\}  // namespace\n", re.S | re.M)
DECLARED = (
    re.compile(r"^(?:template <[^>]*> )?(?:struct|class|enum class) (?P<name>\w+)(?P<parameters>)"),
    re.compile(r"^(?:constexpr )?[\w:<>,&* ]+?[ &*](?P<name>\w+)\((?P<parameters>[^)]*)"),
    re.compile(r"^(?:constexpr|const) [\w:<>* ]+ (?P<name>\w+)(?P<parameters>)[ ={\[;]"))


def names(text):
    """(name, parameters) of what stands at the margin of the unnamed namespaces."""
    for body in BODY.findall(text):
        joined = re.sub(r",\n\s+", ", ", body)  # parameters that are broken over lines
        for line in (line for line in joined.split("\n") if line[:1].isalpha()):
            found = next((m for m in (one.match(line) for one in DECLARED) if m), None)
            if found and not line.startswith(("using ", "return ")):
                yield found["name"], " ".join(found["parameters"].split())


def check(root):
    places = {}
    for path in files(root, ".cpp", under=("lib", "daemon", "tests/sandbox")):
        text = read(root, path)
        shared = (TARGET.match(path)[0], next(iter(NAMESPACE.findall(text)), ""))
        for name in set(names(text)):
            places.setdefault((*shared, *name), []).append(path)
    return [f"{', '.join(sorted(paths))}: each has a {name}({parameters}) of its own: one unit cannot have both"
            for (*_, name, parameters), paths in sorted(places.items()) if len(paths) > 1]


if __name__ == "__main__":
    sys.exit(main(check))
