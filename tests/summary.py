#!/usr/bin/env python3
"""Counts test cases, not test programs: reads ctest's JUnit file and prints "N passed, N failed" as its last line.

A program that ends with Catch2's summary counts as its cases; one that prints lines "ok NAME" and "not ok NAME" counts
as those; any other counts as one. Exit code 1 if anything failed, or if there is nothing to count.
"""
import re
import sys
import xml.etree.ElementTree as ElementTree

CATCH_FINE = re.compile(r"All tests passed \([\d,]+ assertions? in ([\d,]+) test cases?\)")
CATCH_MIXED = re.compile(r"^test cases:.*$", re.M)
LINES = re.compile(r"^(not ok|ok) \S", re.M)


def count(status, output):
    """-> (passed, failed, skipped) of one program."""
    if status in ("disabled", "notrun"):
        return 0, 0, 1
    failed_program = status == "fail"
    fine = CATCH_FINE.findall(output)
    if fine and not failed_program:
        return int(fine[-1].replace(",", "")), 0, 0
    mixed = CATCH_MIXED.findall(output)
    if mixed:
        passed = re.search(r"(\d+) passed", mixed[-1])
        failed = re.search(r"(\d+) failed", mixed[-1])
        return (int(passed[1]) if passed else 0), max(int(failed[1]) if failed else 0, int(failed_program)), 0
    lines = LINES.findall(output)
    if lines:
        return lines.count("ok"), max(lines.count("not ok"), int(failed_program)), 0
    return (0, 1, 0) if failed_program else (1, 0, 0)


def main(path):
    try:
        cases = ElementTree.parse(path).getroot().findall("testcase")
    except (OSError, ElementTree.ParseError) as error:
        print(f"no test results: {error}")
        print("0 passed, 1 failed")
        return 1
    passed = failed = 0
    skipped, broken = [], []
    for case in cases:
        good, bad, absent = count(case.get("status"), case.findtext("system-out") or "")
        passed, failed = passed + good, failed + bad
        if bad:
            broken.append(case.get("name"))
        if absent:
            skipped.append(case.get("name"))
    if skipped:
        print(f"skipped: {', '.join(skipped)}")
    if broken:
        print(f"failed: {', '.join(broken)}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
