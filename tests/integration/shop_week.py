"""One shop and its customers, whose one segment feeds a Mailchimp audience and a Constant Contact list each night; and what both must hold."""
import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import time

import expect
from daemon import Failed
from harness import equal
from rows import people, soil
from sides import ConstantContact, Mailchimp
from timed_world import TimedWorld

DAY = 86_400
TITLE = "Active customers"
COLUMNS = "email, first_name, last_name, city"
QUERY = f"SELECT {COLUMNS} FROM customers WHERE active ORDER BY id"
INTERN, GROUP = 1, 100  # the user "daemon" and the group "users" of every Debian


class OfTheShop:
    """A side without a source of its own: it gets the segment of the shop, behind the guards that an export has when nothing is said."""

    def __init__(self, world, name):
        self.world, self.name, self.title = world, name, TITLE
        self.out = set()  # addresses that decided themselves not to be mailed, or were forgotten
        self.stays = {}  # address -> values: on for another reason than the segment
        self.furnish()
        self.connect(name)

    def add_export(self):
        self.world.ctl("export", "add", self.name, "--connection", self.name, "--destination", self.destination, "--segment", "active",
                       "--email", "email", *self.maps())
        self.world.ctl("connection", "edit", self.name, *self.world.allowed())

    def mailed(self):
        """-> {address: values} of all that a campaign to the tag or list would reach"""
        return {email: one.values for email, one in self.state().items() if one.on and one.mailed}

    def unsubscribe(self, *emails):
        self.act("unsubscribe", *emails)
        self.out |= set(emails)


class Shop(OfTheShop, Mailchimp):
    pass


class News(OfTheShop, ConstantContact):
    pass


class Week(TimedWorld):
    """The shop, with a daemon that knows roles."""

    def __init__(self, binaries):
        super().__init__(binaries, seed=7)
        self.daemon.config = os.path.join(self.folder, "audienced.toml")
        with open(self.daemon.config, "w", encoding="utf-8") as file:
            file.write('[roles]\ncontributors = ["users"]\n')
        self.customers = {}  # number -> [e-mail as the shop typed it, first name, last name, city, orders]
        self.ahead, self.used = 0, set()

    def prepare(self):
        os.chmod(self.folder, 0o755)  # the intern's audiencectl lies there
        self.program = shutil.copy(self.ctl.program, self.folder)
        self.open_socket()

    # --- the shop ---

    def open(self, count):
        for row in soil(people(count, self.random), self.random):
            self.customers[len(self.customers) + 1] = [*row, len(self.customers) % 20]
        self.write()
        self.ctl("source", "add", "crm", "--sqlite", self.path("crm.db"))
        self.ctl("segment", "add", "active", "--source", "crm", "--query", QUERY, "--title", TITLE)
        self.sides = Shop(self, "shop"), News(self, "news")
        for side in self.sides:
            side.add_export()
        self.ctl("schedule", "set", "daily 02:00", "--timezone", "UTC")

    def write(self):
        with sqlite3.connect(self.path("crm.db")) as db:
            db.execute(f"CREATE TABLE IF NOT EXISTS customers (id INTEGER PRIMARY KEY, {COLUMNS}, orders INTEGER, active INTEGER)")
            db.execute("DELETE FROM customers")
            db.executemany("INSERT INTO customers VALUES (?,?,?,?,?,?,1)", [(number, *row) for number, row in self.customers.items()])
        db.close()

    def sign_up(self, *emails):
        for email in emails:
            self.customers[max(self.customers) + 1] = [email, "New", "Customer", "Here", 1]
        self.write()

    def members(self, count, wanted=lambda row: True):
        """So many of the segment that have decided nothing, others at each call."""
        free = [email for email in self.plan(wanted).members if email not in self.used and not any(email in side.out for side in self.sides)]
        chosen = self.random.sample(free, count)
        self.used |= set(chosen)
        return chosen

    def close_account(self, email):
        for number, row in list(self.customers.items()):
            if expect.member(row[0]) == email:
                del self.customers[number]
        self.write()

    def plan(self, wanted=lambda row: True):
        """What the segment says, by the third reading of the rules."""
        return expect.Plan().segment(TITLE, [(row[0], tuple(value or "" for value in row[1:4])) for row in self.customers.values() if wanted(row)])

    # --- its nights and evenings ---

    def night(self):
        """The clock passes 02:00, and the refresh that then begins by itself ends. -> {export: its run}"""
        before = {run["id"] for side in self.sides for run in self.ctl.runs(side.name)}
        now = time.time() + self.ahead
        seconds = DAY - (now - 2 * 3600) % DAY + 60
        self.ahead += seconds
        self.pass_time(seconds)
        return self.started_since(before)

    def started_since(self, before, exports=None):
        exports = exports or [side.name for side in self.sides]
        until, found = time.monotonic() + 90, {}
        while len(found) < len(exports):
            found = {name: run["id"] for name in exports for run in self.ctl.runs(name) if run["id"] not in before and run["trigger"] == "schedule"}
            if time.monotonic() > until:
                raise Failed(f"the refresh did not begin: {found}\n{self.daemon.tail()}")
            time.sleep(0.1)
        for number in found.values():
            self.ctl("runs", "follow", str(number), expect=None)
        return {name: self.ctl.show(number) for name, number in found.items()}

    def last_run(self):
        return max(run["id"] for side in self.sides for run in self.ctl.runs(side.name))

    def start_restored(self, last):
        """Starts it on a restored state, whose runs have far higher numbers than the `last` one; a missed night is made up for by itself.
        -> as night()"""
        self.start()
        return self.started_since(set(range(last + 500)))

    def evening(self, day, wanted=lambda row: True, values=True):
        """A campaign to tag and list would reach exactly the members that the segment names, without those who decided otherwise."""
        for side in self.sides:
            expected = {email: values for email, (values, _) in self.plan(wanted).members.items() if email not in side.out} | side.stays
            found = side.mailed()
            if not values:
                expected, found = dict.fromkeys(expected), dict.fromkeys(found)
            equal(expect.differences(expected, found), [], f"{day}, the audience {side.name}")
            equal(sorted(side.out & set(found)), [], f"{day}, mailed against their will by {side.name}")
        self.check_nobody_harmed()
        equal([one for one in self.sandbox.counters()["incidents"] if not one["in_window"]], [], f"{day}, what no call may do")
        print(f"{day}: {', '.join(f'{len(side.mailed())} in {side.name}' for side in self.sides)}", flush=True)

    def writes(self):
        return sum(kind["total"] for name, kind in self.sandbox.counters()["calls"].items() if not name.startswith("GET "))

    # --- its people ---

    def explained(self, export, email):
        """As the intern asks it, by standard input."""
        code, out, err = self.as_intern("export", "explain", export, "-", "--json", stdin=email + "\n")
        equal((code, email in out + err), (0, False), f"an answer that does not repeat the address: {err}")
        return json.loads(out)

    def explain(self, export, email):
        return self.explained(export, email)["answer"]

    def start(self):
        self.daemon.start()
        self.open_socket()

    def open_socket(self):
        """As the unit's socket has it: open to a group."""
        if os.geteuid() == 0:
            os.chown(self.daemon.socket, 0, GROUP)

    def allowed(self):
        return ["--allow-user", pwd.getpwuid(INTERN).pw_name]

    def as_intern(self, *words, stdin="", groups=str(GROUP)):
        """-> exit code, standard output and error of audiencectl as a user of the group of contributors, or without a group. Only root can be
        another user: else it is the caller, who is an administrator."""
        who = [] if os.geteuid() != 0 else ["setpriv", f"--reuid={INTERN}", f"--regid={INTERN}", f"--groups={groups}" if groups else "--clear-groups"]
        done = subprocess.run([*who, self.program, *words, "--socket", self.daemon.socket], input=stdin, capture_output=True, text=True,
                              timeout=60, check=False, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
        self.ctl.printed.append(done.stdout + done.stderr)
        return done.returncode, done.stdout, done.stderr
