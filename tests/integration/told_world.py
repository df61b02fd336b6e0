"""A daemon with every way of telling people, a segment in a CSV file that a schedule exports, and what each receiver was told."""
import csv
import datetime
import json
import os
import re
import shutil
import time

from daemon import Failed
from harness import AUDIENCE, equal
from receivers import PATHS, SECRET, Relay, Web, mail_body
from rows import people
from timed_world import TimedWorld

DAY = 24 * 3600
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
    def __init__(self, binaries, hook=None, overdue="2h", heartbeat=True, **options):
        super().__init__(binaries, **options)
        self.web, self.relay, self.told_file = Web(self.folder), Relay(), self.path("told")
        self.daemon.config = self.path("audienced.toml")
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

    def await_command(self, calls):
        until = time.monotonic() + 60
        while len(self.by_command()) < calls:
            if time.monotonic() > until:
                raise Failed(f"the command was not called {calls} times: {self.by_command()}")
            time.sleep(0.05)

    def by_command(self):
        if not os.path.exists(self.told_file):
            return []
        with open(self.told_file, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]

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
        """Every way was told that, once -> the webhook's message"""
        def fits(message):
            return (message["subject"], message["state"]) == (subject, state) and all(message[key] == value for key, value in fields.items())
        title = f"{subject.replace(':', ' ')}: {state}"
        message = self.checked(self.webhooks().await_one(lambda came: fits(json.loads(came["body"])), f"the webhook {subject} {state}", seconds))
        chat = self.web.came[PATHS["slack"]].await_one(lambda came: title in json.loads(came["body"])["text"], f"the chat {title}", seconds)
        equal(message["message"][:20] in json.loads(chat["body"])["text"], True, f"what the chat shows: {chat['body']}")
        mail = self.relay.came.await_one(lambda came: fits(mail_body(came["mail"])[1]), f"the mail {title}", seconds)
        equal(mail["to"], ["RCPT TO:<ann@example.org>", "RCPT TO:<bob@example.org>"], "recipients")
        equal(mail["mail"]["Subject"].startswith(f"[audienced] {title}"), True, f"the subject: {mail['mail']['Subject']}")
        until = time.monotonic() + seconds
        while not [one for one in self.by_command() if fits(one)]:
            if time.monotonic() > until:
                raise Failed(f"the command was never told {title}")
            time.sleep(0.05)
        return message

    def nothing_more(self):
        """Nothing else was told than what was asked for."""
        left = [json.loads(came["body"]) for came in self.webhooks().messages]
        equal([(one["subject"], one["state"]) for one in left], [], "told beside that")

    def away(self):
        self.web.stop()
        self.relay.stop()

    def back(self):
        self.web.start()
        self.relay.start()


def ended(world, run, status):
    shown = world.follow(run)
    equal(shown["status"], status, f"the run: {shown['reason']} {shown['error']}")
    return shown
