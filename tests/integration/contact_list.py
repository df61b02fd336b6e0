"""One Constant Contact list, the export that feeds it, and the customers behind it: what they should be, and what they are."""
import json
import os
import sqlite3

import expect
from daemon import Failed
from harness import equal

# Constant Contact's own: so many custom fields of one contact, so many characters of a value. The wide rows that come of it make
# an import of 3.9 MB out of some 600 contacts, so that a small list already needs several.
WIDE_FIELDS, WIDTH = 24, 250


class ContactList:
    """`name` is the export's, and the account's and the connection's too, unless the list lies `beside` another one."""

    def __init__(self, world, name, number=1, wide=False, beside=None, words=()):
        self.world, self.name, self.wide = world, name, wide
        self.account = beside.account if beside else name
        self.app = f"app-{self.account}"
        self.list = f"{number:08x}-4752-11e9-9c8a-fa163e6b01c1"
        self.path = world.path(f"{name}.db")
        self.rows = {}  # address -> (first name, last name, note)
        self.gone = set()  # in the segment, but left by themselves
        self.left = {}  # were in the segment once
        self.made = 0
        if not beside:
            self.connect()
        world.sandbox.call("POST", f"constant-contact/accounts/{self.account}/lists", {"id": self.list, "name": f"Customers of {name}"})
        self.write()
        world.ctl("source", "add", name, "--sqlite", self.path)
        world.ctl("segment", "add", name, "--source", name, "--query", self.query())
        mapped = [word for n in range(1, self.fields + 1) for word in ("--map", f"n{n}=cf:n_{n}")]
        world.ctl("export", "add", name, "--connection", self.account, "--destination", self.list, "--segment", name, "--email", "email",
                  "--map", "first_name=first_name", "--map", "last_name=last_name", *mapped, "--max-removal-percent", "100", *words)

    def connect(self):
        side, here = self.world.sandbox.call, self.world.sandbox
        side("POST", "constant-contact/accounts", {"name": self.account, "custom_fields": [f"N {n}" for n in range(1, self.fields + 1)]})
        side("POST", "apps", {"client_id": self.app, "provider": "constant_contact", "account": self.account})
        self.world.ctl("connection", "add", self.account, "--provider", "constant-contact", "--client-id", self.app, "--consent",
                       "--login-base", here.base, "--api-base", here.base, "--ca-file", here.ca_file)
        self.sign_in()

    @property
    def fields(self):
        return WIDE_FIELDS if self.wide else 1

    def query(self):
        pad = WIDTH - 12 if self.wide else 0
        values = ", ".join(f"printf('%-12s', note) || '{'x' * pad}' AS n{n}" if self.wide else f"note AS n{n}"
                           for n in range(1, self.fields + 1))
        return f"SELECT email, first_name, last_name, {values} FROM people ORDER BY email"

    def value(self, note):
        return f"{note:<12}" + "x" * (WIDTH - 12) if self.wide else note

    def token(self):
        return json.dumps(self.world.sandbox.call("POST", "tokens", {"client_id": self.app, "account": self.account,
                                                                     "scope": "contact_data account_read offline_access"}))

    def sign_in(self):
        self.world.ctl("connection", "import-token", self.account, "--token-file", "-", stdin=self.token())

    # --- the segment ---

    def write(self):
        if os.path.exists(self.path):
            os.remove(self.path)
        with sqlite3.connect(self.path) as db:
            db.execute("CREATE TABLE people (email TEXT PRIMARY KEY, first_name, last_name, note)")
            db.executemany("INSERT INTO people VALUES (?,?,?,?)", ((email, *rest) for email, rest in self.rows.items()))
        db.close()

    def come(self, count):
        fresh = [f"{self.name}{number}@example.org" for number in range(self.made, self.made + count)]
        self.made += count
        self.rows |= {email: (f"First{email.split('@')[0]}", "Last", "new") for email in fresh}
        return fresh

    def change(self, come=0, move=0, leave=0, back=False):
        """Members to add, change and remove, and whether all leavers return -> the counts that the next run has to show."""
        known = [email for email in self.rows if email not in self.gone]
        if back:
            come += len(self.left)
            self.rows |= self.left
            self.left = {}
        for email in known[:leave]:
            self.left[email] = self.rows.pop(email)
        for email in known[leave:leave + move]:
            first, last, note = self.rows[email]
            self.rows[email] = (first, last, f"moved {len(note)}" if note == "new" else f"{note[:8]}{int(note[8:] or 0) + 1}")
        self.come(come if not back else 0)
        self.write()
        suppressed = len(self.gone & set(self.rows))
        return {"read": len(self.rows), "added": come, "updated": move, "removed": leave, "rejected": 0, "invalid": 0, "duplicate": 0,
                "suppressed": suppressed, "unchanged": len(self.rows) - come - move - suppressed}

    # --- what happens at the provider ---

    def act(self, what, emails):
        self.world.sandbox.call("POST", f"constant-contact/accounts/{self.account}/act", {"act": what, "emails": list(emails), "list": self.list})

    def jobs(self, kind=""):
        jobs = self.world.sandbox.call("GET", f"constant-contact/accounts/{self.account}/activities")
        return [job for job in jobs if kind in job["kind"]]

    def dump(self):
        fields = ",".join(["first_name", "last_name"] + [f"cf:n_{n}" for n in range(1, self.fields + 1)])
        text = self.world.sandbox.call("GET", f"constant-contact/accounts/{self.account}/contacts?list={self.list}&fields={fields}", text=True)
        return {line.split("\t")[0]: tuple(line.split("\t")[3:]) for line in text.split("\n") if line}

    def check_list(self):
        """Exactly the segment, except members that left on their own wish."""
        wanted = {email: (first, last) + (self.value(note),) * self.fields
                  for email, (first, last, note) in self.rows.items() if email not in self.gone}
        short = {email: values[:3] for email, values in wanted.items()}
        found = self.dump()
        equal(expect.differences(short, {email: values[:3] for email, values in found.items()}), [], f"list {self.name}")
        equal(found == wanted, True, f"every value on list {self.name} is as it should be")

    # --- runs ---

    def start(self, *words):
        return start(self.world, [self.name], *words)[0]

    def run(self, *words, expect=0):
        return self.world.ctl.run(self.name, *words, expect=expect)

    def finish(self, number, expect=0):
        """Waits for its end -> its record."""
        self.world.ctl("runs", "follow", str(number), expect=expect, timeout=600)
        return self.world.ctl.show(number)

    def log(self, begins=0):
        """The calls that its application made, in their order."""
        return [line for line in self.world.sandbox.call("GET", "log?last=20000")[begins:] if self.app in line["client"]]


def start(world, names, *words):
    answer = world.ctl("run", *names, "--json", *words).json()
    runs = answer.get("runs") or [answer]
    if len(runs) != len(names):
        raise Failed(f"expected {len(names)} runs, found {answer}")
    return [run["id"] for run in runs]
