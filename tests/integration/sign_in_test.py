#!/usr/bin/env python3
"""Signing in with OAuth: a browser that follows the redirect, a code that is typed elsewhere, a token got elsewhere; and everything that
can go wrong, with messages that say what to do."""
import json
import signal
import socket
import subprocess
import sys

from daemon import Failed
from harness import AUDIENCE, World, equal, main
from rows import people, write_table

RUN, USAGE, NOT_FOUND, STATE = 1, 2, 5, 6
SECRET = "s3cret-of-the-application"
LISTEN = "127.0.0.1:0"


def furnished(world):
    """Applications at both providers, and a connection each that is not signed in yet."""
    side = world.sandbox.call
    side("POST", "constant-contact/accounts", {"name": "letters"})
    side("POST", "apps", {"client_id": "mc-app", "client_secret": SECRET, "provider": "mailchimp", "account": "shop"})
    side("POST", "apps", {"client_id": "cc-app", "provider": "constant_contact", "account": "letters"})
    here = ["--consent", "--login-base", world.sandbox.base, "--api-base", world.sandbox.base, "--ca-file", world.sandbox.ca_file]
    world.ctl("connection", "add", "mc", "--provider", "mailchimp", "--client-id", "mc-app", "--client-secret-file", "-", *here,
              stdin=SECRET + "\n")
    world.ctl("connection", "add", "cc", "--provider", "constant-contact", "--client-id", "cc-app", *here)
    return world


class SignIn:
    """audiencectl connection authenticate, while it waits."""

    def __init__(self, world, name, *words):
        words = words or ("--listen", LISTEN)
        self.world, self.name = world, name
        self.process = subprocess.Popen([world.ctl.program, "connection", "authenticate", name, *words, "--json", "--socket", world.daemon.socket],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"authenticate {name} began nothing: {self.process.communicate()[1]}\n{world.daemon.tail()}")
        self.begun = json.loads(line)

    def browse(self, address=None):
        """As a browser: follows the provider's redirect to the loopback address -> status and page."""
        done = subprocess.run(["curl", "-sS", "-L", "--cacert", self.world.sandbox.ca_file, "--noproxy", "*", "-w", "\n%{http_code}",
                               address or self.begun["url"]], capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise Failed(f"the browser failed: {done.stderr}")
        page, status = done.stdout.rsplit("\n", 1)
        return int(status), page

    def end(self, expect):
        out, err = self.process.communicate(timeout=300)
        self.world.ctl.printed.append(out + err)
        if self.process.returncode != expect:
            raise Failed(f"authenticate {self.name}: exit {self.process.returncode}, expected {expect}\n{out}{err}\n{self.world.daemon.tail()}")
        return err if expect else json.loads(out.strip().split("\n")[-1])


def state(world, name):
    return world.ctl("connection", "show", name, "--json").json()["state"]


def check_secrets(world):
    found = [text for text in world.ctl.printed + [open(world.daemon.log_path, encoding="utf-8").read()] if SECRET in text]
    equal(found, [], "texts with the client's secret")


def test_a_browser_signs_in(binaries):
    with World(binaries) as world:
        furnished(world)
        for name in ("mc", "cc"):
            equal(state(world, name), "needs_sign_in", f"{name} before")
            world.ctl("connection", "test", name, expect=STATE)
            sign_in = SignIn(world, name)
            status, page = sign_in.browse()
            equal((status, "Signed in" in page), (200, True), f"the page after signing in to {name}")
            equal(sign_in.end(0)["done"], True, "the outcome")
            equal(state(world, name), "ready", f"{name} after")
            world.ctl("connection", "test", name)
        # The second sign-in takes the place of the first, the account is the same.
        again = SignIn(world, "mc")
        again.browse()
        again.end(0)
        equal("connection authenticate" in world.ctl("audit").text, True, "the audit tells of it")
        world.daemon.stop()
        world.daemon.start()
        for name in ("mc", "cc"):
            world.ctl("connection", "test", name)
        check_secrets(world)


def test_only_what_begins_ends_a_sign_in(binaries):
    """A command that was refused ended the one that waited in another terminal, which then failed without a cause."""
    with World(binaries) as world:
        furnished(world)
        for waiting in (("--device",), ("--listen", LISTEN)):
            first = SignIn(world, "cc", *waiting)
            for words, code in ((("--listen", "foo"), USAGE), (("--listen", "127.0.0.1:99999"), USAGE), (("--listen", "203.0.113.9:8765"), USAGE),
                                (("--device", "--listen", LISTEN), USAGE)):
                world.ctl("connection", "authenticate", "cc", *words, expect=code)
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))
                taken.listen()
                world.ctl("connection", "authenticate", "cc", "--listen", f"127.0.0.1:{taken.getsockname()[1]}", expect=STATE)
            equal(first.process.poll(), None, f"{waiting}: the first sign-in goes on")
            second = SignIn(world, "cc")
            err = first.end(RUN)
            equal("a newer one of the connection cc began" in err, True, f"{waiting}: {err}")
            equal("cancelled while waiting" in err, False, f"{waiting}: {err}")
            # One on the same port takes it over.
            third = SignIn(world, "cc", "--listen", f"127.0.0.1:{second.begun['redirect_uri'].rsplit(':', 1)[1].split('/')[0]}")
            equal("a newer one of the connection cc began" in second.end(RUN), True, "the second")
            equal(third.browse()[0], 200, "the page of the third")
            third.end(0)
        first = SignIn(world, "cc", "--device")
        world.daemon.stop()
        first.process.communicate(timeout=300)


def test_an_export_runs_on_it(binaries):
    with World(binaries) as world:
        furnished(world)
        token = token_of(world, "mc-app", "shop")
        world.ctl("connection", "import-token", "mc", "--token-file", "-", stdin=token)
        write_table(world.path("crm.db"), "good", people(50, world.random))
        world.ctl("source", "add", "crm", "--sqlite", world.path("crm.db"))
        world.ctl("segment", "add", "good", "--source", "crm", "--table", "good")
        world.ctl("export", "add", "fine", "--connection", "mc", "--destination", AUDIENCE, "--segment", "good", "--email", "email")
        world.check_run(world.ctl.run("fine"), added=50)
        # The provider forgets the token: the run fails with what to do, the connection says so, once.
        world.sandbox.call("POST", "revoke", {"api_key": json.loads(token)["access_token"]})
        failed = world.ctl.run("fine", "--full", expect=RUN)
        equal("authenticate" in failed["error"], True, f"the run says what to do: {failed['error']}")
        equal(state(world, "mc"), "needs_sign_in", "the connection")
        world.ctl("run", "fine", expect=STATE)
        equal(open(world.daemon.log_path, encoding="utf-8").read().count(" needs_sign_in: "), 1, "events")
        equal("needs a sign-in" in world.ctl("status").text, True, "status tells of it")
        again = SignIn(world, "mc")
        again.browse()
        again.end(0)
        world.check_run(world.ctl.run("fine"), unchanged=50)
        world.check_nobody_harmed()


def refused(world, name, knob, *says):
    world.sandbox.knobs(login_authorize=knob)
    sign_in = SignIn(world, name)
    status, page = sign_in.browse()
    world.sandbox.knobs(login_authorize="allow")
    err = sign_in.end(RUN)
    equal((status, "Not signed in" in page), (400, True), f"the page after {knob}: {page}")
    for word in says:
        equal(word in err, True, f"{knob}: {err!r} says {word!r}")
    equal(state(world, name), "needs_sign_in", f"the connection after {knob}")


def another_state_changes_nothing(world, name):
    """Any page can send a browser to the callback: what carries another state than ours ends no sign-in."""
    world.sandbox.knobs(login_authorize="wrong_state")
    sign_in = SignIn(world, name)
    status, page = sign_in.browse()
    world.sandbox.knobs(login_authorize="allow")
    equal((status, "a different state" in page), (400, True), f"the page after another state: {page}")
    equal(sign_in.browse()[0], 200, "the right browser's page")
    sign_in.end(0)
    equal(state(world, name), "ready", "the connection")


def test_refusals(binaries):
    with World(binaries) as world:
        furnished(world)
        for name in ("mc", "cc"):
            refused(world, name, "deny", "denied", "start it again")
            refused(world, name, "no_code", "without a code")
            refused(world, name, "replayed_code", "invalid_grant")  # the one that was made for the sign-in before
            another_state_changes_nothing(world, name)
        world.ctl("connection", "authenticate", "mc", "--device", expect=USAGE)
        world.ctl("connection", "authenticate", "mc", "--listen", "nonsense", expect=USAGE)
        world.ctl("connection", "authenticate", "nothing", expect=NOT_FOUND)
        world.connect("keyed")
        world.ctl("connection", "authenticate", "keyed", expect=STATE)
        # Another sign-in of the same connection ends the one before.
        first, second = SignIn(world, "mc"), SignIn(world, "mc")
        equal(first.process.wait(60) != 0, True, "the first one ends")
        second.browse(second.begun["redirect_uri"].replace("/callback", "/favicon.ico"))  # browsers ask for more than they should
        second.browse()
        second.end(0)
        check_secrets(world)


def test_a_code_typed_elsewhere(binaries):
    with World(binaries) as world:
        furnished(world)
        world.sandbox.knobs(login_device_interval=1, login_token_per_second=0)
        activate = f"{world.sandbox.base}/activate?user_code="
        sign_in = SignIn(world, "cc", "--device")
        world.sandbox.wait(1, kind="token")  # it is pending, and asked about
        sign_in.browse(activate + sign_in.begun["user_code"])
        equal(sign_in.end(0)["done"], True, "the outcome")
        world.ctl("connection", "test", "cc")
        sign_in = SignIn(world, "cc", "--device")
        sign_in.browse(activate + sign_in.begun["user_code"] + "&deny")
        equal("denied" in sign_in.end(RUN), True, "a denied code says so")
        equal(state(world, "cc"), "ready", "what was there stays")
        world.sandbox.knobs(login_device_expires=2)
        equal("expired" in SignIn(world, "cc", "--device").end(RUN), True, "an expired code says so")
        # slow_down: the answer to one poll; the next ones come later, and it ends well.
        world.sandbox.knobs(login_device_expires=600)
        world.sandbox.faults([{"name": "slow", "path": "token", "next": 1,
                               "action": {"kind": "status", "status": 400, "json": {"error": "slow_down"}}}])
        sign_in = SignIn(world, "cc", "--device")
        world.sandbox.wait(1, struck="slow")
        sign_in.browse(activate + sign_in.begun["user_code"])
        equal(sign_in.end(0)["done"], True, "the outcome after slow_down")


def token_of(world, client, account):
    return json.dumps(world.sandbox.call("POST", "tokens", {"client_id": client, "account": account}))


def test_a_token_got_elsewhere(binaries):
    with World(binaries) as world:
        furnished(world)
        for name, client, account in [("mc", "mc-app", "shop"), ("cc", "cc-app", "letters")]:
            world.ctl("connection", "import-token", name, "--token-file", "-", stdin="no json", expect=USAGE)
            world.ctl("connection", "import-token", name, "--token-file", "-", stdin='{"access_token":"nonsense"}', expect=RUN)
            equal(state(world, name), "needs_sign_in", "the connection after a bad token")
            world.ctl("connection", "import-token", name, "--token-file", "-", stdin=token_of(world, client, account))
            equal(state(world, name), "ready", "the connection")
            world.ctl("connection", "test", name)


def test_killed_around_a_refresh(binaries):
    """Rotating tokens: killed before the service acted, nothing is lost. Killed after, the answer is lost, and that is said."""
    with World(binaries) as world:
        furnished(world)
        world.sandbox.knobs(login_token_per_second=0)
        world.ctl("connection", "import-token", "cc", "--token-file", "-", stdin=token_of(world, "cc-app", "letters"))
        for moment, lost in ((False, False), (True, True)):
            world.sandbox.call("POST", "revoke", {"client_id": "cc-app", "account": "letters", "access_only": True})
            world.sandbox.faults([{"name": "hold", "path": "token", "next": 1, "action": {"kind": "hold", "apply": moment}}])
            asking = subprocess.Popen([world.ctl.program, "connection", "test", "cc", "--socket", world.daemon.socket],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            world.sandbox.wait(1, held="hold")
            world.daemon.kill()
            asking.wait(60)
            world.sandbox.faults([])
            world.daemon.start()
            if not lost:
                world.ctl("connection", "test", "cc")
                continue
            answer = world.ctl("connection", "test", "cc", expect=RUN)
            equal("lost" in answer.text, True, f"the lost answer is named: {answer.text}")
            equal(state(world, "cc"), "needs_sign_in", "the connection")
            equal("lost" in world.ctl("connection", "show", "cc").text, True, "and stays named")


def test_a_drain_waits_for_a_refresh(binaries):
    with World(binaries) as world:
        furnished(world)
        world.sandbox.knobs(login_token_per_second=0)
        world.ctl("connection", "import-token", "cc", "--token-file", "-", stdin=token_of(world, "cc-app", "letters"))
        world.sandbox.call("POST", "revoke", {"client_id": "cc-app", "account": "letters", "access_only": True})
        world.sandbox.faults([{"name": "hold", "path": "token", "next": 1, "action": {"kind": "hold", "apply": True}}])
        asking = subprocess.Popen([world.ctl.program, "connection", "test", "cc", "--socket", world.daemon.socket],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        world.sandbox.wait(1, held="hold")
        world.daemon.process.send_signal(signal.SIGTERM)
        asking.wait(60)  # its connection is cut: the daemon is on its way down
        world.sandbox.release("hold")
        world.daemon.process.wait(60)
        world.daemon.stop()  # how it ended
        world.daemon.start()
        world.ctl("connection", "test", "cc")


if __name__ == "__main__":
    sys.exit(main(globals()))
