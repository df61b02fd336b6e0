"""The real audienced and audiencectl as processes: started, killed, and called from outside only."""
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time


class Failed(Exception):
    pass


class Daemon:
    """audienced on a folder of its own. Readiness is what it reports (sd_notify), not a guess."""

    def __init__(self, binaries, folder, config=None):
        self.program = os.path.join(binaries, "daemon", "audienced")
        self.folder = folder
        self.state = os.path.join(folder, "state")
        self.socket = os.path.join(folder, "control.socket")
        self.log_path = os.path.join(folder, "daemon.log")
        self.config = config
        self.environment = {}  # beside the little that it has always
        self.process = None
        self.starts = 0
        self.peak_kb = 0
        self.cpu_seconds = 0.0

    def argv(self):
        words = [self.program, "--state-dir", self.state, "--socket", self.socket]
        return words + (["--config", self.config] if self.config else [])

    def start(self, wait=True, timeout=60):
        notify = os.path.join(self.folder, f"notify.{self.starts}")
        self.starts += 1
        self.ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.ready.bind(notify)
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "NOTIFY_SOCKET": notify, "HOME": self.folder}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE"):
            if name in os.environ:
                environment[name] = os.environ[name]
        environment |= self.environment
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.argv(), env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if wait:
            self.wait_ready(timeout)
        return self

    def wait_ready(self, timeout=60):
        deadline = time.monotonic() + timeout
        while True:
            self.ready.settimeout(0.5)
            try:
                if b"READY=1" in self.ready.recv(4096).split(b"\n"):
                    threading.Thread(target=drain, args=(self.ready,), daemon=True).start()
                    return
            except socket.timeout:
                pass
            if self.process.poll() is not None:
                raise Failed(f"audienced ended with {self.process.returncode} before it was ready:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise Failed(f"audienced was not ready within {timeout} s:\n{self.tail()}")

    def account(self):
        """Adds what the process used so far; called before it ends."""
        try:
            with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
                self.peak_kb = max([self.peak_kb] + [int(line.split()[1]) for line in status if line.startswith("VmHWM")])
            with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
            self.cpu_seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError):
            pass  # it is gone already

    def end(self, how, timeout=60):
        if not self.process:
            return None
        if self.process.poll() is None:
            self.account()
            self.process.send_signal(how)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed(f"audienced did not end within {timeout} s of {how.name}:\n{self.tail()}") from None
        finally:
            try:
                self.ready.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads it
            except OSError:
                pass
            self.ready.close()
        self.process = None
        return code

    def kill(self):
        return self.end(signal.SIGKILL)

    def stop(self):
        code = self.end(signal.SIGTERM)
        if code not in (0, None):
            raise Failed(f"audienced ended with {code}:\n{self.tail()}")

    def tail(self, lines=12):
        """The last lines of its log, and how it ended if it did."""
        ended = f"(it ended by itself: {self.process.returncode})\n" if self.process and self.process.poll() is not None else ""
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as log:
                return "".join(log.readlines()[-lines:]) + ended
        except OSError:
            return ended


def drain(told):
    """What a daemon reports later must be read, or a full socket makes it wait."""
    told.settimeout(None)
    try:
        while told.recv(4096):
            pass
    except OSError:
        pass  # closed


class Answer:
    def __init__(self, words, done):
        self.words, self.code, self.out, self.err = words, done.returncode, done.stdout, done.stderr

    @property
    def text(self):
        return self.out + self.err

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            raise Failed(f"no JSON from audiencectl {' '.join(self.words)}:\n{self.text}") from None


class Ctl:
    """audiencectl. Keeps everything that it ever printed, to be searched for what must not be there."""

    def __init__(self, binaries, daemon):
        self.program = os.path.join(binaries, "daemon", "audiencectl")
        self.daemon = daemon
        self.printed = []
        self.patience = 600  # seconds; a command that takes longer has failed

    def __call__(self, *words, expect=0, stdin="", timeout=None):
        """`expect`: the exit code, or None for any."""
        try:
            done = subprocess.run([self.program, *words, "--socket", self.daemon.socket], input=stdin, capture_output=True,
                                  text=True, timeout=timeout or self.patience, check=False, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
        except subprocess.TimeoutExpired:
            raise Failed(f"audiencectl {' '.join(words)} did not end\n{self.daemon.tail()}") from None
        answer = Answer(words, done)
        self.printed.append(answer.text)
        if expect is not None and answer.code != expect:
            raise Failed(f"audiencectl {' '.join(words)}: exit {answer.code}, expected {expect}\n{answer.text}\n"
                         f"the end of the daemon's log:\n{self.daemon.tail()}")
        return answer

    def run(self, export, *words, expect=0, timeout=None):
        """Starts a run and follows it to its end -> its record."""
        before = {run["id"] for run in self.runs(export)}
        self("run", export, "--follow", *words, expect=expect, timeout=timeout or 2 * self.patience)
        fresh = [run for run in self.runs(export) if run["id"] not in before]
        if len(fresh) != 1:
            raise Failed(f"expected one new run of {export}, found {len(fresh)}")
        return self.show(fresh[0]["id"])

    def by_socket(self, method, path, body=None):
        """The answer of the control socket itself, to a caller that does not wait for what it began."""
        connection = http.client.HTTPConnection("localhost", timeout=self.patience)
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(self.patience)
        connection.sock.connect(self.daemon.socket)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        self.printed.append(text)
        if answer.status >= 300:
            raise Failed(f"{method} {path}: {answer.status}\n{text}")
        return json.loads(text)

    def runs(self, export):
        return listed(self("runs", "list", export, "--json").json())

    def show(self, run):
        return self("runs", "show", str(run), "--json").json()


def listed(answer):
    """A list, or the one list in an object."""
    if isinstance(answer, list):
        return answer
    return next((value for value in answer.values() if isinstance(value, list)), [])


def adds_up(run):
    counts = run["counts"]
    return counts["read"] == sum(counts[name] for name in (
        "duplicate", "invalid", "suppressed", "unchanged", "added", "updated", "rejected", "not_sent"))
