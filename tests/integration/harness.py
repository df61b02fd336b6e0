"""A world for one scenario: a folder of its own, the sandbox, the daemon, audiencectl, and the questions that every scenario ends
with. Scenarios are functions named test_*; each prints "ok NAME" or "not ok NAME"."""
import argparse
import inspect
import os
import random
import shutil
import sys
import tempfile
import traceback

import traces
from daemon import Ctl, Daemon, Failed, adds_up
from sandbox import Sandbox

AUDIENCE = "a1b2c3d4e5"
SKIPPED = 77  # as the CMakeLists.txt beside tells ctest
FULL = os.environ.get("AUDIENCED_FULL") == "1"


class World:
    def __init__(self, binaries, seed=1, fields=("FNAME", "LNAME", "CITY"), config=None):
        self.binaries, self.random = binaries, random.Random(seed)
        self.folder = tempfile.mkdtemp(prefix="audienced-test.")
        os.chmod(self.folder, 0o700)
        self.key = "%032x-us6" % self.random.getrandbits(128)
        self.canary = "canary%08x" % self.random.getrandbits(32)
        self.sandbox = Sandbox(binaries, os.path.join(self.folder, "sandbox"))
        self.daemon = Daemon(binaries, self.folder, config)
        self.ctl = Ctl(binaries, self.daemon)
        self.fields = fields
        self.keep = False

    def __enter__(self):
        try:
            self.sandbox.start()
            self.sandbox.account("shop", self.key)
            self.sandbox.audience("shop", AUDIENCE, self.fields)
            self.daemon.start()
            self.prepare()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def prepare(self):
        """What a kind of world has from the start; the daemon runs."""

    def __exit__(self, kind, *_):
        if kind:
            print(f"the end of the daemon's log:\n{self.daemon.tail()}", file=sys.stderr)
        try:
            self.daemon.kill()
        finally:
            self.sandbox.stop()
            if kind and os.environ.get("AUDIENCED_KEEP"):
                print(f"kept: {self.folder}", file=sys.stderr)
            else:
                shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def connect(self, name="shop"):
        return self.ctl("connection", "add", name, "--provider", "mailchimp", "--consent", "--api-key-file", "-",
                        "--api-base", self.sandbox.base, "--ca-file", self.sandbox.ca_file, stdin=self.key + "\n")

    def export(self, name, segments, *words, expect=0):
        chosen = [word for segment in segments for word in ("--segment", segment)]
        mapped = [word for attribute, field in (("first_name", "first_name"), ("last_name", "last_name"), ("city", "CITY"))
                  if field in ("first_name", "last_name") or field in self.fields
                  for word in ("--map", f"{attribute}={field}")]
        return self.ctl("export", "add", name, "--connection", "shop", "--destination", AUDIENCE, *chosen,
                        "--email", "email", *mapped, *words, expect=expect)

    def check_run(self, run, **counts):
        """Its counts add up, and the named ones have the given values."""
        equal(run["status"] in ("succeeded", "completed_with_rejects"), True, f"the run ended {run['status']}: {run.get('error') or run.get('reason')}")
        equal(adds_up(run), True, f"the counts do not add up: {run['counts']}")
        for name, value in counts.items():
            equal(run["counts"][name], value, f"{name} of the run")

    def check_nobody_harmed(self):
        zero = {name: value for name, value in self.sandbox.counters()["must_stay_zero"].items() if value}
        equal(zero, {}, "figures that must stay zero")

    def count_anew(self):
        """Resets the counters, after a check of those that must be zero."""
        self.check_nobody_harmed()
        self.sandbox.reset_counters()

    def check_no_traces(self, addresses=()):
        """Neither the key nor any of these addresses is anywhere; nor is the spool, once no run is under way."""
        needles = {"the API key": self.key, "the canary": self.canary}
        needles |= {f"address {number}": address for number, address in enumerate(addresses)}
        found = traces.in_folder(self.daemon.state, needles)
        found += traces.in_texts(self.ctl.printed + [open(self.daemon.log_path, encoding="utf-8", errors="replace").read()], needles)
        if self.daemon.process:
            found += traces.in_process(self.daemon.process.pid, needles)
        equal(found, [], "traces of what must not be there")


class NotTested(Exception):
    """Raised by a scenario that cannot run here."""


left_out = []  # what this file did not test, and why


def not_tested(why):
    """Prints a message; ctest then counts the file as skipped, unless something in it failed."""
    left_out.append(why)
    print(f"*** NOT TESTED: {why} ***", flush=True)


def equal(found, expected, what):
    if found != expected:
        raise Failed(f"{what}: expected {expected!r}, found {found!r}")


def main(scope):
    """Runs every test_* of a scenario file in its order; those that take `binaries` get the folder of the build."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, help="the build folder")
    parser.add_argument("only", nargs="*", help="names of scenarios")
    options = parser.parse_args()
    broken = 0
    for name, function in list(scope.items()):
        if not name.startswith("test_") or not inspect.isfunction(function) or (options.only and name not in options.only):
            continue
        try:
            function(os.path.abspath(options.bin))
            print(f"ok {name}", flush=True)
        except NotTested as why:
            not_tested(why)
        except Exception as error:  # the scenario's own verdict; the rest goes on
            broken += 1
            print(f"not ok {name}: {error}", flush=True)
            if not isinstance(error, Failed):
                traceback.print_exc()
    if broken:
        return 1
    return SKIPPED if left_out else 0
