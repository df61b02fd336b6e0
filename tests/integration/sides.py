"""One destination, a segment and the export that keeps it there, at either provider with the same words: what people and staff do, what the
provider holds, which call is held up. Tests that are written once for both are registered by each_provider."""
import dataclasses
import hashlib
import json
import re
import sqlite3
import uuid

from harness import equal
from timed_world import TimedWorld

FIELDS = ("FNAME", "LNAME", "CITY")
QUERY = """SELECT email, first_name, last_name, city FROM people WHERE (WITH RECURSIVE c(n) AS (
           SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < (SELECT steps FROM pace)) SELECT count(*) FROM c) > 0 ORDER BY id"""
FINAL = ("succeeded", "completed_with_rejects", "failed", "skipped", "cancelled")


@dataclasses.dataclass
class Contact:
    on: bool  # has our tag, is on our list
    status: str
    values: tuple

    @property
    def mailed(self):
        return self.status in ("subscribed", "implicit", "explicit")


class Side:
    def __init__(self, world, name, count=6, words=()):
        self.world, self.name, self.title = world, name, name.title()
        self.rows = {}  # address -> (first name, last name, city)
        self.out = set()  # in the segment, and not to be touched
        self.theirs = set()  # on by others: they stay, whatever the segment says
        self.unsure = set()  # a call that could not know made them what they are: only harm is looked for
        self.made = 0
        self.path = world.path(f"{name}.db")
        self.come(count)
        self.furnish()
        self.connect(name)
        world.ctl("source", "add", name, "--sqlite", self.path)
        world.ctl("segment", "add", name, "--source", name, "--query", QUERY, "--title", self.title)
        self.export(name, name, *words)

    def export(self, name, segment, *words, expect=0):
        return self.world.ctl("export", "add", name, "--connection", self.name, "--destination", self.destination, "--segment", segment,
                              "--email", "email", *self.maps(), "--schedule", "manual", "--max-removal-percent", "100", *words, expect=expect)

    def maps(self, city="city"):
        return ["--map", "first_name=first_name", "--map", "last_name=last_name", "--map", f"{city}={self.city_field}"]

    # --- the segment ---

    def write(self):
        with sqlite3.connect(self.path) as db:
            db.execute("CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, email, first_name, last_name, city)")
            db.execute("CREATE TABLE IF NOT EXISTS pace AS SELECT 1 AS steps")
            db.execute("DELETE FROM people")
            db.executemany("INSERT INTO people (email, first_name, last_name, city) VALUES (?,?,?,?)", [(e, *v) for e, v in self.rows.items()])
        db.close()

    def come(self, count=1):
        """New members -> their addresses."""
        fresh = [f"{self.name}{self.made + n}@example.org" for n in range(count)]
        self.made += count
        self.rows |= {email: (f"First{email.split('@')[0]}", "Last", "Here") for email in fresh}
        self.write()
        return fresh

    def leave(self, *emails):
        for email in emails:
            del self.rows[email]
        self.write()

    def move(self, *emails, to="Elsewhere"):
        for email in emails:
            self.rows[email] = (*self.rows[email][:2], to)
        self.write()

    def slow(self, steps=5_000_000):
        """Reading the segment takes a second or so from now on."""
        with sqlite3.connect(self.path) as db:
            db.execute("UPDATE pace SET steps = ?", (steps,))
        db.close()

    # --- runs ---

    def start(self, *words, export=None):
        answer = self.world.ctl("run", export or self.name, "--json", *words).json()
        return answer.get("id") or answer["runs"][0]["id"]

    def finish(self, run, expect=0):
        self.world.ctl("runs", "follow", str(run), expect=expect)
        return self.world.ctl.show(run)

    def run(self, *words, expect=0, export=None):
        return self.world.ctl.run(export or self.name, *words, expect=expect)

    def first(self):
        """Every member of the segment gets there."""
        self.world.check_run(self.run(), added=len(self.rows), rejected=0)
        self.check()
        return list(self.rows)

    def settles(self, *words):
        """The next run makes it exact, and the one after it finds nothing to do."""
        self.world.check_run(self.run(*words), rejected=0)
        self.check()
        self.world.check_run(self.run(), added=0, updated=0, removed=0, rejected=0)
        self.check()

    # --- what an outsider sees ---

    def check(self):
        """The provider holds what the segment says, except what people decided; and no call did what none may do."""
        found, wrong = self.state(), []
        for email in (set(self.rows) | set(found) | self.theirs) - self.unsure:
            one = found.get(email)
            wanted = email in self.theirs or (email in self.rows and email not in self.out)
            if email in self.out and email not in self.theirs:
                wrong += [f"{email} opted out and is mailed: {one}"] if one and one.mailed and one.on else []
            elif wanted != bool(one and one.on):
                wrong.append(f"{email} should be {'on' if wanted else 'off'}: {one}")
            elif email in self.rows and email not in self.out and one.values != self.rows[email]:
                wrong.append(f"{email} should have {self.rows[email]}: {one}")
        equal(sorted(wrong)[:6], [], f"what {self.name} holds")
        self.harmless()

    def incidents(self):
        """What calls did to contacts of this side that no call may do; `in_window` if they could not know."""
        mine = re.compile(rf"^([a-z0-9]+-)*{self.name}[0-9]+@|^([a-z0-9]+-)*p[0-9]+@")
        return [one for one in self.world.sandbox.counters()["incidents"] if mine.match(one["email"])]

    def harmless(self):
        equal([(one["what"], one["email"]) for one in self.incidents() if not one["in_window"]], [], "what no call may do")

    def log(self, kind):
        """Calls of this kind that were answered."""
        method, path = self.calls[kind]
        return [line for line in self.world.sandbox.call("GET", "log?last=20000")
                if line["method"] == method and re.search(path, line["target"]) and self.client in line["client"]]

    def connection(self):
        return self.world.ctl("connection", "show", self.name, "--json").json()


class Mailchimp(Side):
    provider, city_field = "mailchimp", "CITY"

    def furnish(self):
        self.key = f"{hashlib.md5(self.name.encode()).hexdigest()}-us6"
        self.destination = hashlib.md5(self.name.encode()).hexdigest()[:10]
        self.client = f"mailchimp:{self.name}/"
        self.world.sandbox.account(self.name, self.key)
        self.world.sandbox.audience(self.name, self.destination, FIELDS)
        here = f"^/3.0/lists/{self.destination}"
        self.calls = {"account": ("GET", "^/3.0/([?]|$)"), "look": ("GET", f"{here}/members[?]"), "batch": ("POST", f"{here}([?]|$)"),
                      "tag": ("POST", f"{here}/segments/[0-9]+$"), "removal": ("POST", f"{here}/segments/[0-9]+$"), "destination": ("GET", f"{here}([?]|$)"),
                      "any": ("", "^/3.0/")}

    def connect(self, name):
        self.world.ctl("connection", "add", name, "--provider", "mailchimp", "--consent", "--api-key-file", "-", "--api-base",
                       self.world.sandbox.base, "--ca-file", self.world.sandbox.ca_file, stdin=self.key + "\n")

    def new_credentials(self):
        self.world.ctl("connection", "edit", self.name, "--api-key-file", "-", stdin=self.key + "\n", expect=None)

    def act(self, what, *emails, **more):
        what = {"left": "untag", "joined": "tag", "deleted": "archive"}.get(what, what)
        if what in ("untag", "tag"):
            more.setdefault("tag", self.title)
        self.world.sandbox.act(self.destination, what, emails, **more)

    def change(self, **what):
        self.world.sandbox.call("POST", f"mailchimp/lists/{self.destination}/change", what)

    def field_anew(self):
        self.change(delete_field="CITY")
        self.change(make_field="CITY")

    def seed(self, *emails, on=False):
        self.world.sandbox.seed(self.destination, [{"email": email, "tags": [self.title] if on else []} for email in emails])

    def state(self):
        lines = self.world.sandbox.call("GET", f"mailchimp/lists/{self.destination}/members?fields={','.join(FIELDS)}", text=True)
        found = {}
        for email, status, tags, *values in (line.split("\t") for line in lines.split("\n") if line):
            found[email] = Contact(self.title in tags.split(","), status, tuple(values))
        return found


class ConstantContact(Side):
    provider, city_field, labels = "constant-contact", "cf:town", ("Town",)

    def furnish(self):
        self.client = f"app-{self.name}"
        self.destination = str(uuid.UUID(hashlib.md5(self.name.encode()).hexdigest(), version=4))
        self.token = self.world.sandbox.contact_list(self.name, self.destination, self.client, self.labels)
        self.calls = {"account": ("GET", "^/v3/(account/summary|contact_lists[?])"), "look": ("GET", "^/v3/contacts[?]"),
                      "batch": ("POST", "/contacts_(file|json)_import"), "removal": ("POST", "/remove_list_memberships"), "restore": ("POST", "/add_list_memberships"),
                      "poll": ("GET", "^/v3/activities"), "destination": ("GET", "^/v3/contact_lists/"), "any": ("", "^/v3/")}

    def connect(self, name):
        base = self.world.sandbox.base
        self.world.ctl("connection", "add", name, "--provider", "constant-contact", "--consent", "--client-id", self.client, "--api-base", base,
                       "--login-base", base, "--ca-file", self.world.sandbox.ca_file)
        self.new_credentials(name)

    def new_credentials(self, name=None):
        token = self.world.sandbox.call("POST", "tokens", {"client_id": self.client, "account": self.name,
                                                           "scope": "contact_data account_read offline_access"})
        self.world.ctl("connection", "import-token", name or self.name, "--token-file", "-", stdin=json.dumps(token))

    def act(self, what, *emails, **more):
        what = {"left": "leave_list", "joined": "join_list", "archive": "delete", "deleted": "delete"}.get(what, what)
        self.world.sandbox.act_contacts(self.name, what, emails, list=self.destination, **more)

    def change(self, **what):
        self.world.sandbox.call("POST", f"constant-contact/accounts/{self.name}/change", what)

    def field_anew(self):
        self.change(delete_field="town")
        self.change(make_field="Town")

    def hold_jobs(self, hold=True):
        self.change(hold_jobs=hold)

    def seed(self, *emails, on=False):
        self.world.sandbox.seed_contacts(self.name, [{"email": email, "lists": [self.destination] if on else []} for email in emails])

    def state(self):
        where = f"constant-contact/accounts/{self.name}/contacts?fields=first_name,last_name,cf:town"
        found = {}
        for line in self.world.sandbox.call("GET", where, text=True).split("\n"):
            if line:
                email, permission, lists, *values = line.split("\t")
                found[email] = Contact(bool(lists), permission, tuple(values))
        return found


BOTH = (Mailchimp, ConstantContact)


def each_provider(*kinds, **options):
    """Makes of `def story(world, side)` one test for each of the kinds, in the module of the story."""
    def register(story):
        for kind in kinds:
            def test(binaries, kind=kind):
                with TimedWorld(binaries) as world:
                    story(world, kind(world, "town", **options))
                    world.check_nobody_harmed()
            test.__name__ = f"test_{story.__name__}_{kind.__name__.lower()}"
            story.__globals__[test.__name__] = test
        return story
    return register
