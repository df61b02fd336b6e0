"""A daemon with every way of telling people, a segment in a CSV file that a schedule exports, and what each receiver was told."""
import contextlib
import csv
import datetime
import json
import os
import re
import shutil
import sqlite3
import time

from daemon import Failed
from harness import AUDIENCE, equal
from receivers import PATHS, SECRET, Relay, Web, mail_body
from rows import people
from timed_world import TimedWorld

DAY = 24 * 3600
MARKER = "marker"  # a connection, and an export that uses it
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "NOTIFICATIONS.md")


def receiver_of_the_page():
    """The receiver's check of a signature, as the page shows it."""
    with open(PAGE, encoding="utf-8") as page:
        blocks = re.findall(r"^```python\n(.*?)^```", page.read(), re.M | re.S)
    found = [block for block in blocks if "def verified" in block]
    equal(len(found), 1, "checks of a signature in docs/NOTIFICATIONS.md")
    scope = {}
    exec(found[0], scope)  # pylint: disable=exec-used
    return scope["verified"]


class ToldWorld(TimedWorld):
    monotonic = False  # a call that is held up for hours would end at its deadline otherwise

    def __init__(self, binaries, hook=None, overdue="2h", heartbeat=True, **options):
        super().__init__(binaries, **options)
        self.web, self.relay, self.told_file = Web(self.folder), Relay(), self.path("told")
        self.daemon.config = self.path("audienced.toml")
        self.taken, self.hook_is_ours = set(), not hook  # lines of the command's file that were asked for
        self.hook = hook or f"{{ cat; }} >> {self.told_file}"
        self.overdue, self.heartbeat = overdue, heartbeat
        self.verified = receiver_of_the_page()
        self.write_config()

    def __exit__(self, *about):
        super().__exit__(*about)
        self.web.stop()
        self.relay.stop()

    def write_config(self):
        with open(self.path("hook"), "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\n{self.hook}\n")
        os.chmod(self.path("hook"), 0o700)
        for name, text in [("secret", SECRET)] + [(way.replace(":", "-"), self.web.url(way)) for way in PATHS]:
            with open(self.path(name), "w", encoding="ascii") as file:
                file.write(text + "\n")
            os.chmod(self.path(name), 0o600)
        os.makedirs(self.path("heartbeats"), exist_ok=True)
        shutil.copy(self.path("heartbeat-all"), self.path("heartbeats/all"))
        lines = [f'[limits]\noverdue = "{self.overdue}"\n', f'[hook]\ncommand = ["{self.path("hook")}"]\n',
                 f'[webhook]\nurl = "{self.web.url("webhook")}"\nsecret_file = "{self.path("secret")}"\nca_file = "{self.web.ca_file}"\n',
                 f'[slack]\nurl_file = "{self.path("slack")}"\nca_file = "{self.web.ca_file}"\n',
                 f'[email]\nrelay = "localhost:{self.relay.port}"\nfrom = "audienced@example.org"\nto = ["ann@example.org", "bob@example.org"]\n']
        if self.heartbeat:
            lines.append(f'[heartbeat]\nurl_file = "{self.path("heartbeat")}"\nca_file = "{self.web.ca_file}"\n'
                         f'exports_folder = "{self.path("heartbeats")}"\n')
        with open(self.daemon.config, "w", encoding="ascii") as file:
            file.write("\n".join(lines))

    # --- a segment, an export, its schedule ---

    def furnish(self, count=5, *words, source=()):
        self.rows = people(count, self.random)
        os.makedirs(self.path("csv"))
        self.write_csv()
        self.connect()
        self.ctl("source", "add", "crm", "--csv", self.path("csv"), *source)
        self.ctl("segment", "add", "all", "--source", "crm", "--file", "all.csv", "--title", "Customers")
        self.export("all", ["all"], *words)
        # Switched on and off, it makes the daemon look at its schedules and at what people are told of.
        self.ctl("export", "add", "bell", "--connection", "shop", "--destination", AUDIENCE, "--segment", "all", "--email", "email",
                 "--schedule", "manual")
        self.ctl("export", "disable", "bell")
        # Its consent is withdrawn and given again by nothing_more().
        self.connect(MARKER)
        self.ctl("export", "add", MARKER, "--connection", MARKER, "--destination", AUDIENCE, "--segment", "all", "--email", "email",
                 "--schedule", "manual")
        # So that a day later one start is due, and a few hours after that none.
        minute = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=10)
        self.ctl("schedule", "set", f"daily {minute:%H:%M}", "--timezone", "UTC")
        return self

    def write_csv(self, rows=None):
        with open(self.path("csv/all.csv"), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("email", "first_name", "last_name", "city"))
            writer.writerows(self.rows if rows is None else rows)

    def ring(self):
        self.ctl("export", "enable", "bell")
        self.ctl("export", "disable", "bell")

    def later(self, seconds):
        self.pass_time(seconds)
        self.ring()

    def night(self, export="all", seconds=DAY):
        """A day later, or so many seconds, its schedule starts the export -> the id of that run"""
        before = {run["id"] for run in self.ctl.runs(export)}
        self.later(seconds)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            fresh = [run for run in self.ctl.runs(export) if run["id"] not in before and run["trigger"] == "schedule"]
            if fresh:
                return fresh[0]["id"]
            self.ring()
        raise Failed(f"the schedule never started {export}")

    def follow(self, run):
        self.ctl("runs", "follow", str(run), expect=None)
        return self.ctl.show(run)

    # --- what was told ---

    def until(self, happened, otherwise, seconds=60):
        end = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > end:
                raise Failed(otherwise())
            time.sleep(0.05)

    def by_command(self):
        """Messages of whole lines, without those about the marker."""
        if not os.path.exists(self.told_file):
            return []
        with open(self.told_file, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file if line.endswith("\n")]
        return [message for message in lines if message["subject"] != f"connection:{MARKER}"]

    def command_told(self, subject, state, seconds=60, **fields):
        """The program was told that, in a message that no earlier call took."""
        fits = message_of(subject, state, fields)

        def take():
            fresh = [number for number, message in enumerate(self.by_command()) if number not in self.taken and fits(message)]
            self.taken.update(fresh[:1])
            return bool(fresh)
        self.until(take, lambda: f"the command was never told {subject} {state} {fields}; it was told: {self.by_command()}", seconds)

    def webhooks(self):
        return self.web.came[PATHS["webhook"]]

    def checked(self, came):
        """A webhook's message, after the check of its signature."""
        body = came["body"]
        self.now = int(re.match(r"t=(\d+)", came["headers"]["Audienced-Signature"])[1])
        equal(self.verified(came["headers"]["Audienced-Signature"], body, SECRET, now=self.now), True, "the signature")
        equal(self.verified(came["headers"]["Audienced-Signature"], body + b" ", SECRET, now=self.now), False, "that of another body")
        equal(self.verified(came["headers"]["Audienced-Signature"], body, SECRET + "x", now=self.now), False, "that of another secret")
        equal(self.verified(came["headers"]["Audienced-Signature"], body, SECRET, now=self.now + 3600), False, "that of an old message")
        return json.loads(body)

    def told(self, subject, state, seconds=60, **fields):
        """Every way was told that, in a message that no earlier call took -> the webhook's message"""
        message = self.of_others(subject, state, seconds, **fields)
        if self.hook_is_ours:
            self.command_told(subject, state, seconds, **fields)
        return message

    def of_others(self, subject, state, seconds=60, **fields):
        """The same for every way but the program."""
        fits = message_of(subject, state, fields)
        title = f"{subject.replace(':', ' ')}: {state}"
        message = self.checked(self.webhooks().await_one(lambda came: fits(json.loads(came["body"])), f"the webhook {subject} {state}", seconds))
        chat = self.web.came[PATHS["slack"]].await_one(lambda came: title in json.loads(came["body"])["text"], f"the chat {title}", seconds)
        equal(message["message"][:20] in json.loads(chat["body"])["text"], True, f"what the chat shows: {chat['body']}")
        mail = self.relay.came.await_one(lambda came: fits(mail_body(came["mail"])[1]), f"the mail {title}", seconds)
        equal(mail["to"], ["RCPT TO:<ann@example.org>", "RCPT TO:<bob@example.org>"], "recipients")
        equal(mail["mail"]["Subject"].startswith(f"[audienced] {title}"), True, f"the subject: {mail['mail']['Subject']}")
        return message

    def nothing_more(self):
        """Nothing else was told than what was asked for, by any way. What happened before is told by then: a change that is made now is
        found by the same look or a later one, and each way is told in the order of what was found."""
        for verb, state in (("--withdraw", "no_consent"), ("--give", "ok")):
            self.ctl("connection", "consent", MARKER, verb)
            self.await_marker(state)
        self.until(lambda: not self.waiting(), lambda: f"not taken: {self.waiting()}")
        web = [json.loads(came["body"]) for came in self.webhooks().messages]
        mails = [mail_body(came["mail"])[1] for came in self.relay.came.messages]
        commands = [one for number, one in enumerate(self.by_command()) if number not in self.taken] if self.hook_is_ours else []
        for way, left in (("webhook", web), ("mail", mails), ("command", commands)):
            equal([(one["subject"], one["state"], one["again"]) for one in left], [], f"told beside that by {way}")
        equal([json.loads(came["body"])["text"] for came in self.web.came[PATHS["slack"]].messages], [], "told beside that by chat")

    def await_marker(self, state):
        subject, title = f"connection:{MARKER}", f"connection {MARKER}: {state}"
        self.webhooks().await_one(lambda came: (subject, state) == of_body(came["body"]), f"the webhook {title}")
        self.web.came[PATHS["slack"]].await_one(lambda came: title in json.loads(came["body"])["text"], f"the chat {title}")
        self.relay.came.await_one(lambda came: title in came["mail"]["Subject"], f"the mail {title}")

    def waiting(self):
        """Messages that no receiver has taken yet, as the daemon has them."""
        with contextlib.closing(sqlite3.connect(f"file:{self.daemon.state}/audienced.db?mode=ro", uri=True)) as db:
            return db.execute("SELECT id, way, subject, state FROM tellings").fetchall()

    def away(self):
        self.web.stop()
        self.relay.stop()

    def back(self):
        self.web.start()
        self.relay.start()


def message_of(subject, state, fields):
    """-> is a message this one?"""
    wanted = {"subject": subject, "state": state, **fields}
    return lambda message: all(message[key] == value for key, value in wanted.items())


def of_body(body):
    message = json.loads(body)
    return message["subject"], message["state"]


def ended(world, run, status):
    shown = world.follow(run)
    equal(shown["status"], status, f"the run: {shown['reason']} {shown['error']}")
    return shown
