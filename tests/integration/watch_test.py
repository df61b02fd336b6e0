#!/usr/bin/env python3
"""`audiencectl status --watch` beside a real daemon, on a real terminal, in a pipe and as JSON: what changes is shown, a daemon that goes away is
waited for, and Ctrl-C ends it with 0 and leaves the terminal as it was."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

from daemon import Failed
from harness import AUDIENCE, World, equal, main
from rows import people, write_table

TAKES, GIVES = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
BULK = rf"/3\.0/lists/{AUDIENCE}(\?|$)"
PATIENCE = 60


def environment(term):
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": term, "NO_COLOR": "1", "TZ": "Europe/Berlin"}


def command(world, *words):
    return [world.ctl.program, "status", "--watch", *words, "--socket", world.daemon.socket]


class OnTerminal:
    """The program in front of a terminal of its own; what it shows is read until it shows what is awaited."""

    def __init__(self, world, columns=80, rows=24, term="xterm"):
        self.leader, follower = pty.openpty()
        self.size(columns, rows)
        self.before = termios.tcgetattr(follower)
        self.process = subprocess.Popen(["setsid", "--ctty", *command(world)], stdin=follower, stdout=follower, stderr=follower,
                                        env=environment(term))
        self.follower = follower  # kept open, so that its settings can be read at the end
        self.text = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.leader)
        os.close(self.follower)

    def size(self, columns, rows):
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, until):
        """More of what it shows; nothing once that time has come."""
        left = until - time.monotonic()
        if left <= 0 or not select.select([self.leader], [], [], left)[0]:
            raise Failed(f"it does not show it:\n{self.screen()}")
        self.text += os.read(self.leader, 65536).decode("utf-8", errors="replace").replace("\r\n", "\n")

    def screen(self):
        """The last one that was begun, without its escapes."""
        return re.sub(r"\x1b\[[?0-9]*[A-Za-z]", "", self.text[self.text.rfind("\x1b[H"):])

    def shows(self, pattern):
        until = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.screen(), re.M)):
            self.read(until)
        return found

    def sends(self, wanted):
        until = time.monotonic() + PATIENCE
        while wanted not in self.text:
            self.read(until)

    def type(self, keys):
        os.write(self.leader, keys)

    def settings(self):
        return termios.tcgetattr(self.follower)


def feed(world, count):
    rows = people(count, world.random)
    world.connect()
    write_table(world.path("crm.db"), "customers", rows)
    world.ctl("source", "add", "crm", "--sqlite", world.path("crm.db"))
    world.ctl("segment", "add", "customers", "--source", "crm", "--table", "customers", "--title", "Kunden in Köln")
    world.export("all", ["customers"], "--title", "東京のお客様")


def hold_batch(world):
    world.sandbox.faults([{"name": "batch", "method": "POST", "path": BULK, "next": 1, "action": {"kind": "hold"}}])
    run = int(world.ctl("run", "all").out)
    equal(world.sandbox.wait(1, held="batch"), True, "the run is under way")
    return run


def test_a_terminal_shows_what_changes_in_place(binaries):
    with World(binaries) as world, OnTerminal(world) as terminal:
        terminal.shows(r"^no connections yet: audiencectl connection add$")
        equal(terminal.text.startswith(TAKES), True, f"it takes the screen: {terminal.text[:40]!r}")
        feed(world, 30)
        terminal.shows(r"^all +never ran")
        run = hold_batch(world)
        terminal.shows(rf"^ +{run} +all +delivering +0 %, 0 of 30")
        world.sandbox.release("batch")
        terminal.shows(rf"^all +{run} succeeded")
        head, *lines = terminal.screen().split("\n")
        equal(bool(re.fullmatch(r"status of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d CES?T; Ctrl-C ends it", head)), True, f"the first line: {head}")
        equal(len(lines) < 24, True, f"rows: {lines}")
        equal(terminal.text.count(TAKES), 1, "times that it took the screen")


def test_a_window_of_another_size(binaries):
    with World(binaries) as world, OnTerminal(world, columns=100) as terminal:
        feed(world, 5)
        terminal.shows(r"^all +never ran +.*東京のお客様$")
        terminal.size(50, 6)
        terminal.shows(r"^\.\.\. \d+ more lines; a larger window shows them$")
        screen = terminal.screen().split("\n")
        equal(len(screen), 6, f"rows of {screen}")
        equal([line for line in screen if len(line) > 50], [], "lines that are too wide")
        terminal.size(100, 40)
        terminal.shows(r"^all +never ran +.*東京のお客様$")


def test_a_daemon_that_goes_away_is_waited_for(binaries):
    with World(binaries) as world, OnTerminal(world) as terminal:
        terminal.shows(r"^no exports yet")
        world.daemon.kill()
        terminal.shows(r"^no status since .* CES?T:$")
        terminal.shows(r"^cannot reach the daemon at \S+\sConnection\srefused;\scheck\sthat\saudienced\sis\srunning")
        terminal.shows(r"^it is asked again each second; Ctrl-C ends it$")
        terminal.shows(r"^the status of .* was:$")
        terminal.shows(r"^no exports yet")
        world.daemon.start()
        terminal.shows(r"\A\n?status of ")
        equal("no status since" in terminal.screen(), False, f"the screen after it:\n{terminal.screen()}")
        # It answers no more, and Ctrl-C does not wait for it.
        world.daemon.process.send_signal(signal.SIGSTOP)
        terminal.shows(r"^the daemon at \S+ did not answer within\s5 s;")
        terminal.type(b"\x03")
        equal(terminal.process.wait(PATIENCE), 0, "the exit code of Ctrl-C")
        world.daemon.process.send_signal(signal.SIGCONT)


def test_ctrl_c_leaves_the_terminal_as_it_was(binaries):
    with World(binaries) as world, OnTerminal(world) as terminal:
        terminal.shows(r"^no exports yet")
        equal(terminal.settings()[3] & termios.ECHO, 0, "what is typed is hidden")
        terminal.type(b"typed\n")
        terminal.shows(r"^no exports yet")
        equal("typed" in terminal.text, False, "what was typed is shown")
        terminal.type(b"\x03")
        terminal.sends(GIVES)
        equal(terminal.process.wait(PATIENCE), 0, "the exit code of Ctrl-C")
        equal(terminal.settings(), terminal.before, "the settings of the terminal")


def test_ctrl_z_and_other_signals_give_the_terminal_back(binaries):
    with World(binaries) as world, OnTerminal(world) as terminal:
        terminal.shows(r"^no exports yet")
        watching = terminal.process.pid
        terminal.type(b"\x1a")
        terminal.sends(GIVES)
        equal(os.WIFSTOPPED(os.waitpid(watching, os.WUNTRACED)[1]), True, "it is stopped")
        equal(terminal.settings(), terminal.before, "the settings while it is stopped")
        terminal.text = ""
        os.kill(watching, signal.SIGCONT)
        terminal.sends(TAKES)
        terminal.shows(r"^no exports yet")
        terminal.text = ""
        terminal.type(b"typed\n")
        os.kill(watching, signal.SIGTERM)
        terminal.sends(GIVES)
        equal(terminal.process.wait(PATIENCE), -signal.SIGTERM, "how it ended")
        equal(terminal.settings(), terminal.before, "the settings at the end")
        equal(select.select([terminal.follower], [], [], 0)[0], [], "what was typed is left for the shell")


def test_a_terminal_that_cannot_redraw_gets_one_screen_below_the_other(binaries):
    with World(binaries) as world, OnTerminal(world, term="dumb") as terminal:
        terminal.sends("no exports yet")
        world.connect()
        terminal.sends("shop        mailchimp  ready")
        equal("\x1b" in terminal.text, False, f"an escape in {terminal.text!r}")
        equal(len(re.findall(r"^=== .* CES?T ===$", terminal.text, re.M)), 2, f"screens in {terminal.text}")
        terminal.type(b"\x03")
        equal(terminal.process.wait(PATIENCE), 0, "the exit code of Ctrl-C")


def piped(world, *words):
    return subprocess.Popen(command(world, *words), env=environment("xterm"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(stream, pattern):
    lines = []
    while line := stream.readline():
        lines.append(line)
        if re.search(pattern, line):
            return lines
    raise Failed(f"{pattern} never came: {''.join(lines)}")


def test_a_pipe_gets_a_screen_when_something_changed(binaries):
    with World(binaries) as world:
        watching = piped(world)
        until(watching.stdout, "^=== .* CES?T ===$")
        until(watching.stdout, "^audienced ")
        feed(world, 5)
        # Screens with some of it may come before.
        until(watching.stdout, "^all +never ran")
        until(watching.stdout, "^audienced ")
        world.daemon.kill()
        said = until(watching.stderr, "asked again each second")
        equal("cannot reach the daemon" in said[0] and len(said) == 1, True, f"what is wrong: {said}")
        world.daemon.start()
        screen = until(watching.stdout, "^audienced ")
        equal((screen[0], bool(re.match("=== .* ===$", screen[1]))), ("\n", True), f"the screen after that: {screen}")
        watching.send_signal(signal.SIGINT)
        rest, more = watching.communicate(timeout=PATIENCE)
        equal((watching.returncode, rest), (0, ""), "how Ctrl-C ends it, and what came without a change")
        equal(set(more.splitlines()) <= {said[0].strip()}, True, f"said beside that: {more}")


def test_as_json_each_change_is_a_line(binaries):
    with World(binaries) as world:
        watching = piped(world, "--json")
        first = json.loads(watching.stdout.readline())
        equal((first["exports"], first["connections"], first["attention"]), ([], [], []), "the first line")
        world.connect()
        equal([one["name"] for one in json.loads(watching.stdout.readline())["connections"]], ["shop"], "the second line")
        world.ctl("connection", "consent", "shop", "--withdraw")
        equal(json.loads(watching.stdout.readline())["connections"][0]["consent"], False, "the third line")
        world.daemon.kill()
        equal(json.loads(watching.stdout.readline())["type"], "urn:audienced:error:network", "without a daemon")
        world.daemon.start()
        while "version" not in (line := json.loads(watching.stdout.readline())):
            equal(line["type"], "urn:audienced:error:network", "without a daemon")
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=PATIENCE)
        equal(watching.returncode, 0, "the exit code of Ctrl-C")


def test_it_ends_when_its_reader_goes(binaries):
    with World(binaries) as world:
        watching = piped(world)
        until(watching.stdout, "^audienced ")
        watching.stdout.close()  # nothing is written any more that could fail
        equal(watching.wait(PATIENCE), 0, "the exit code")
        equal(watching.stderr.read(), "", "standard error")


def test_a_full_disk_below_its_output_is_said(binaries):
    with World(binaries) as world, open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run(command(world), env=environment("xterm"), stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=PATIENCE)
        equal((done.returncode, "standard output could not be written as a whole" in done.stderr), (1, True), f"what it says: {done.stderr}")


if __name__ == "__main__":
    sys.exit(main(globals()))
