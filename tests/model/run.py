#!/usr/bin/env python3
"""Checks the model of docs/model/ with Spin: with all rules there is no error; without any one of them Spin finds a trace; and what
no provider allows is refuted by a trace too, so that the properties are known to bite.

    run.py tags|list                 all checks of one provider; lines "ok NAME" and "not ok NAME"
    run.py tags|list --trace NAME    the events of a trace without rule NAME, or against claim NAME (a number), fewest events first
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "model")
RULE = re.compile(r"^#define RULE_(\w+)\s+\(WITHOUT != (\d+)\)\s+/\* (both|tags|list) \*/$", re.M)
CLAIM = re.compile(r"^/\* CLAIM (\d+) (both|tags|list): (.+) \*/$", re.M)
EVENTS = 3
SKIPPED = 77
MEGABYTES = 3500
FULL = bool(os.environ.get("AUDIENCED_FULL"))


class Result:
    def __init__(self, output, seconds):
        self.output, self.seconds = output, seconds
        errors = re.search(r"errors: (\d+)", output)
        states = re.search(r"^\s*(\S+) states, stored", output, re.M)
        self.states = states[1] if states else "?"
        # A search that was cut off has shown nothing.
        self.whole = bool(errors) and not re.search(r"max search depth too small|out of memory|Search not completed", output)
        self.exact = self.whole and errors[1] == "0"
        self.violation = bool(errors) and errors[1] != "0" and bool(re.search(r"assertion violated", output))

    def __str__(self):
        return f"{self.states} states, {self.seconds:.1f} s"


def verify(folder, *defines, liveness=False, shortest=False, exhaustive=False):
    """Builds the verifier with these macros and runs it; to find a trace takes less time than an optimising compiler."""
    begin = time.monotonic()
    names = [f"-D{name}" for name in defines] + (["-DLIVENESS"] if liveness else [])
    model = os.path.join(os.path.abspath(MODEL), "delivery.pml")
    made = subprocess.run(["spin", "-a", *names, model], cwd=folder, capture_output=True, text=True)
    if made.returncode or not os.path.exists(os.path.join(folder, "pan.c")):
        sys.exit(f"spin: {made.stdout}{made.stderr}")
    kind = [] if liveness else ["-DSAFETY"] + (["-DBFS"] if shortest else [])
    subprocess.run(["cc", "-O1" if exhaustive else "-O0", "-w", f"-DMEMLIM={MEGABYTES}", *kind, "-o", "pan", "pan.c"], cwd=folder, check=True)
    ran = subprocess.run(["./pan", "-m100000", "-w24"] + (["-a"] if liveness else []), cwd=folder, capture_output=True, text=True)
    return Result(ran.stdout + ran.stderr, time.monotonic() - begin)


def told(folder):
    """What happens along the trace that the verifier left, in the model's own words."""
    trail = [name for name in os.listdir(folder) if name.endswith(".trail")]
    ran = subprocess.run(["./pan", "-r", trail[0]], cwd=folder, capture_output=True, text=True).stdout
    lines = re.split(r"^(?:spin|pan): trail ends|^pan:\d+: ", ran, flags=re.M)[0].splitlines()
    return [line.strip() for line in lines if line.strip() and not re.match(r"\s*\d+:\s+proc|\s+(?:byte|bit|queue)\b", line)]


def in_folder(act, *defines, **how):
    with tempfile.TemporaryDirectory(prefix="audienced-model-") as folder:
        return act(folder, verify(folder, *defines, **how))


def read_rules(provider):
    with open(os.path.join(MODEL, "rules.pml"), encoding="utf-8") as file:
        text = file.read()
    if len(RULE.findall(text)) != text.count("#define RULE_"):
        sys.exit("rules.pml: a rule is not written like the others, so it would not be tested")
    mine = ("both", provider)
    return ([(name, number, where in mine) for name, number, where in RULE.findall(text)],
            [(number, words) for number, where, words in CLAIM.findall(text) if where in mine])


def print_trace(provider, wanted):
    rules, claims = read_rules(provider)
    define = {name: f"WITHOUT={number}" for name, number, _ in rules} | {number: f"CLAIM={number}" for number, _ in claims}
    wanted = wanted.removeprefix("RULE_")
    if wanted not in define:
        sys.exit(f"no rule or claim {wanted} at this provider")

    def show(folder, result):
        if result.violation:
            print(*told(folder), sep="\n")
        return result.violation

    for events in range(EVENTS + 1):
        if in_folder(show, f"PROVIDER_{provider.upper()}", f"EVENTS={events}", define[wanted], shortest=True, exhaustive=True):
            return 0
    print(f"no trace with {EVENTS} events")
    return 1


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("provider", choices=("tags", "list"))
    options.add_argument("--trace", metavar="NAME")
    given = options.parse_args()
    missing = [name for name in ("spin", "cc") if not shutil.which(name)]
    if missing:
        print(f"SKIPPED: {' and '.join(missing)} not installed, so the model of docs/model/ was not checked")
        return SKIPPED
    if given.trace:
        return print_trace(given.provider, given.trace)

    provider = f"PROVIDER_{given.provider.upper()}"
    rules, claims = read_rules(given.provider)
    failed = []

    def check(name, good, result):
        print(f"{'ok' if good else 'not ok'} {name} ({result})", flush=True)
        if not good:
            failed.append(name)
            print(result.output)

    keep = lambda _, result: result
    result = in_folder(keep, provider, f"EVENTS={EVENTS}", exhaustive=True)
    check("all rules: no error", result.exact, result)
    result = in_folder(keep, provider, f"EVENTS={EVENTS if FULL else EVENTS - 1}", liveness=True, exhaustive=True)
    check("all rules: every run ends", result.exact, result)
    for name, number, needed in rules:
        if not needed and not FULL:
            continue
        result = in_folder(keep, provider, f"EVENTS={EVENTS}", f"WITHOUT={number}", exhaustive=not needed)
        if needed:
            check(f"without {name}: a trace", result.violation, result)
        else:
            check(f"without {name}: not needed here", result.exact, result)
    for number, words in claims:
        result = in_folder(keep, provider, f"EVENTS={EVENTS}", f"CLAIM={number}")
        check(f"claim '{words}': refuted", result.violation, result)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
