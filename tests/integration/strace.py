"""strace on the daemon: which files it opens and removes, and system calls that fail once, as a disk or a kernel makes them fail."""
import os
import re
import shutil
import subprocess
import time

from daemon import Failed
from harness import NotTested


class Strace:
    """From `with` on to its end. `inject` as strace has it: "fdatasync:error=EIO:when=1"; `paths` limits it to calls on these files."""

    def __init__(self, world, calls, inject=(), paths=()):
        self.out = world.path(f"strace.{len(os.listdir(world.folder))}")
        self.words = ["strace", "-f", "-p", str(world.daemon.process.pid), "-e", f"trace={calls}", "-o", self.out]
        self.words += [word for one in inject for word in ("-e", f"inject={one}")]
        self.words += [word for path in paths for word in ("-P", path)]

    def __enter__(self):
        if not shutil.which("strace"):
            raise NotTested("calls of the system that fail, since the package strace is missing")
        self.process = subprocess.Popen(self.words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        if "attached" not in line:
            self.process.kill()
            raise NotTested(f"calls of the system that fail, since strace may not attach here: {line.strip()}")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:  # it may hang where the program was killed within a call
            self.process.kill()
            self.process.wait(30)
        self.process.stderr.close()

    def lines(self):
        with open(self.out, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def injected(self):
        return sum("(INJECTED)" in line for line in self.lines())

    def wait_injected(self, seconds=30):
        """Until a call has failed."""
        until = time.monotonic() + seconds
        while not self.injected():
            if time.monotonic() > until:
                raise Failed(f"no call failed: {' '.join(self.words)}")

    def paths(self, part):
        """Names that hold `part`, in the order of the calls."""
        found = [name for line in self.lines() for name in re.findall(r'"([^"]*)"', line) if part in name]
        return list(dict.fromkeys(found))
