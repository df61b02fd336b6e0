#!/usr/bin/env python3
"""A source file that no target builds, or a header that no file includes, is dead. `check_built.py [ROOT [BUILD_TREE]]` reads the
build tree's compile_commands.json; without BUILD_TREE that of the build-*/ folder configured last."""
import glob
import json
import os
import re
import sys

from sources import files, includes, main, read

# Built on request only, so not in every build tree: what the folder's CMakeLists.txt names counts as built.
ON_REQUEST = ("tests/fuzz/", "tests/bench/")


def newest_tree(root):
    found = glob.glob(os.path.join(root, "build-*", "compile_commands.json"))
    return os.path.dirname(max(found, key=os.path.getmtime)) if found else None


def built_by(root, tree):
    """What the tree compiles, relative to root. A unity file compiles what it includes."""
    with open(os.path.join(tree, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    compiled = set()
    for command in commands:
        path = os.path.join(command["directory"], command["file"])
        compiled.add(path)
        if os.path.basename(path).startswith("unity_") and os.path.exists(path):
            compiled |= {os.path.join(os.path.dirname(path), target) for _, target, _ in includes(read("/", path))}
    return {os.path.relpath(os.path.realpath(path), os.path.realpath(root)) for path in compiled}


def named_on_request(root, path):
    folder, name = os.path.split(path)
    cmake = os.path.join(folder, "CMakeLists.txt")
    return os.path.exists(os.path.join(root, cmake)) and bool(
        re.search(rf"\b{re.escape(name.removesuffix('.cpp'))}(?:\.cpp)?[\s)]", read(root, cmake)))


def dead_sources(root, tree):
    built = built_by(root, tree)
    # A tree that was configured without tests says nothing about them.
    under = ("lib", "daemon", "tests") if any(path.startswith("tests/") for path in built) else ("lib", "daemon")
    for path in files(root, ".cpp", under=under):
        if path not in built and not (path.startswith(ON_REQUEST) and named_on_request(root, path)):
            yield (f"{path}: no target builds it (by {os.path.relpath(tree, root)}/compile_commands.json; "
                   "if the file is new, build once)")


def dead_headers(root):
    included = set()
    for path in files(root, ".cpp", ".hpp", under=("lib", "daemon", "tests")):
        for _, target, _ in includes(read(root, path)):
            included.add(target)
            included.add(os.path.normpath(os.path.join(os.path.dirname(path), target)))
    for path in files(root, ".hpp", under=("lib", "daemon", "tests")):
        parts = path.split("/")
        if not any("/".join(parts[n:]) in included for n in range(len(parts))):
            yield f"{path}: no file includes it"


def check(root, tree=None):
    wrong = list(dead_headers(root))
    tree = tree or newest_tree(root)
    if tree:
        wrong += dead_sources(root, tree)
    else:
        print("note: no build tree here, so no source file was looked up in one", file=sys.stderr)
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
