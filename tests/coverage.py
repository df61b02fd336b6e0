#!/usr/bin/env python3
"""Lines of lib/ that the unit tests execute: for each file, and in total. Reads what a build with the preset `coverage`
left behind after its tests ran; --build does all of it: configure, compile, run.

    python3 tests/coverage.py --build            everything
    python3 tests/coverage.py --below 90         only files below 90 %
    python3 tests/coverage.py run/flow.cpp ...   these files, and exit code 1 if one is below --need (90)
"""
import argparse
import collections
import concurrent.futures
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Objects of the library: what tests' own objects say of its headers would count code that only a test instantiates.
OBJECTS = "lib"


def note_files(build):
    return [os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(build, OBJECTS))
            for name in names if name.endswith(".gcno")]


# The body of a coroutine is a function that the compiler makes, name ".actor" (in the notes: its name, then a 1 for made by
# the compiler), and gcov leaves those out: half of this library. The mark is taken away in a copy. Seen in GCC 12.
COROUTINE = re.compile(rb"(\.actor\0{1,4})\x01\0\0\0")


def gcov(notes):
    """-> what gcov prints of one object, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "object.gcno")
        with open(notes, "rb") as file, open(copy, "wb") as into:
            into.write(COROUTINE.sub(rb"\1\0\0\0\0", file.read()))
        counts = notes.removesuffix(".gcno") + ".gcda"
        if os.path.exists(counts):
            os.symlink(counts, os.path.join(folder, "object.gcda"))
        return subprocess.run(["gcov", "--json-format", "--stdout", copy], cwd=folder, check=True,
                              capture_output=True).stdout


def lines_of(notes, build, lib):
    """-> {file under lib: {line: times executed}} of one object."""
    out = gcov(notes)
    found = collections.defaultdict(dict)
    for document in (gzip.decompress(out) if out[:2] == b"\x1f\x8b" else out).splitlines():
        for file in json.loads(document)["files"]:
            path = os.path.normpath(os.path.join(build, file["file"]))
            if not path.startswith(lib):
                continue
            lines = found[path[len(lib):]]
            for line in file["lines"]:
                # A template or an inlined function has a line once for each of its kinds.
                number = line["line_number"]
                lines[number] = lines.get(number, 0) + line["count"]
    return found


def collect(build):
    lib = os.path.join(ROOT, "lib") + os.sep
    total = collections.defaultdict(dict)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda notes: lines_of(notes, build, lib), note_files(build)):
            for path, lines in found.items():
                for number, count in lines.items():
                    total[path][number] = total[path].get(number, 0) + count
    return total


def run_tests(build, exclude):
    subprocess.run(["cmake", "--preset", "coverage"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    tests = json.loads(subprocess.run(["ctest", "--test-dir", build, "-L", "unit", "--show-only=json-v1"], check=True,
                                      capture_output=True).stdout)["tests"]
    targets = [test["name"].replace("unit.", "unit_") for test in tests]
    subprocess.run(["ninja", "-C", build, "-j", os.environ.get("AUDIENCED_JOBS", str(os.cpu_count()))] + targets, check=True)
    for folder, _, names in os.walk(build):
        for name in names:
            if name.endswith(".gcda"):
                os.remove(os.path.join(folder, name))
    skipped = ["-E", exclude] if exclude else []
    subprocess.run(["ctest", "--test-dir", build, "-L", "unit", "--output-on-failure"] + skipped, check=True)


def share(lines):
    executed = sum(1 for count in lines.values() if count)
    return executed, len(lines), 100 * executed / len(lines) if lines else 100.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="files under lib; none: all")
    parser.add_argument("--build", action="store_true", help="compile and run the tests first")
    parser.add_argument("--dir", default=os.path.join(ROOT, "build-coverage"))
    parser.add_argument("--exclude", default="", help="ctest -E: tests that do not count")
    parser.add_argument("--below", type=float, help="only files below so many percent")
    parser.add_argument("--need", type=float, default=90, help="percent that each named file must reach")
    parser.add_argument("--missing", action="store_true", help="name the lines that were not executed")
    wanted = parser.parse_args()
    if wanted.build:
        run_tests(wanted.dir, wanted.exclude)
    total = collect(os.path.abspath(wanted.dir))
    short = 0
    everything = {(path, number): count for path, lines in total.items() for number, count in lines.items()}
    for path in wanted.files or sorted(total):
        executed, lines, percent = share(total.get(path, {}))
        if path not in total:
            print(f"{path}: no data", file=sys.stderr)
            short += 1
            continue
        short += bool(wanted.files) and percent < wanted.need
        if wanted.below is not None and percent >= wanted.below:
            continue
        print(f"{percent:6.1f} %  {executed:5} of {lines:5}  {path}")
        if wanted.missing:
            print("          not executed:", *[n for n, count in sorted(total[path].items()) if not count])
    executed, lines, percent = share(everything)
    print(f"{percent:6.1f} %  {executed:5} of {lines:5}  lib in total")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
