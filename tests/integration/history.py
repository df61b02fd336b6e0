"""A random history of two exports that share a destination, and a small model of it: which addresses must be on, and which opted out. What no
provider makes knowable (two acts on one contact between two looks) does not happen in it."""
import dataclasses
import os
import sqlite3

from daemon import Failed
from harness import equal
from sides import FINAL, Mailchimp
from timed_world import Hold

COME, LEAVE, MOVE = "comes", "leaves", "moves"


@dataclasses.dataclass
class Person:
    email: str
    feeds: set = dataclasses.field(default_factory=set)  # names of the exports that have the address
    value: str = "0"
    out: bool = False
    theirs: bool = False  # on by others, or by themselves
    was: object = None  # the same contact under its old address
    given_up: bool = False  # the old address of another contact
    known: bool = False  # was settled once

    def wanted(self):
        fed = bool(self.feeds) or bool(self.was and self.was.fed())
        return not self.out and not self.given_up and (fed or self.theirs)

    def fed(self):
        return bool(self.feeds) or bool(self.was and self.was.fed())


class History:
    def __init__(self, world, kind, dice, runs=0.12):
        self.world, self.dice, self.runs = world, dice, runs  # `runs`: how many of the steps are runs, half of them killed
        self.side = kind(world, "town", count=0)
        self.exports = (self.side.name, "second")
        self.paths = {self.side.name: self.side.path, "second": world.path("second.db")}
        self.people, self.touched, self.made, self.value, self.steps, self.told = {}, set(), 0, 0, 0, []
        self.write()
        world.ctl("source", "add", "second", "--sqlite", self.paths["second"])
        world.ctl("segment", "add", "second", "--source", "second", "--query", "SELECT email, first_name, last_name, city FROM people",
                  "--title", self.side.title)
        self.side.export("second", "second", "--min-profiles", "0")
        world.ctl("export", "edit", self.side.name, "--min-profiles", "0")

    def write(self):
        for name, path in self.paths.items():
            with sqlite3.connect(path) as db:
                db.execute("CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, email, first_name, last_name, city)")
                db.execute("CREATE TABLE IF NOT EXISTS pace AS SELECT 1 AS steps")
                db.execute("DELETE FROM people")
                db.executemany("INSERT INTO people (email, first_name, last_name, city) VALUES (?,?,?,?)",
                               [(one.email, one.email.split("@")[0], "Last", one.value) for one in self.people.values() if name in one.feeds])
            db.close()

    def tell(self, what):
        self.steps += 1
        self.told.append(f"{self.steps}: {what}")

    def some(self, fits, old=False):
        """One person that fits and was not touched since the last look; None: there is none. `old`: the address may be given up."""
        found = [one for one in self.people.values() if one.email not in self.touched and (old or not one.given_up) and fits(one)]
        return self.dice.choice(found) if found else None

    def touch(self, one, what):
        self.touched.add(one.email)
        self.tell(f"{one.email} {what}")

    # --- rows ---

    def row(self):
        what = self.dice.choice((COME, COME, LEAVE, MOVE, MOVE))
        if what == COME:
            one = self.some(lambda one: len(one.feeds) < 2) if self.dice.random() < 0.5 else None
            if not one:
                self.made += 1
                one = self.people[f"p{self.made}@example.org"] = Person(f"p{self.made}@example.org")
            one.feeds |= {self.dice.choice(self.exports)} if self.dice.random() < 0.7 else set(self.exports)
        elif what == LEAVE:
            one = self.some(lambda one: one.feeds, old=True)
            if one:
                one.feeds.discard(self.dice.choice(sorted(one.feeds)))
        else:
            one = self.some(lambda one: one.feeds, old=True)
            if one:
                self.value += 1
                one.value = str(self.value)
        if one:
            self.touch(one, f"{what}: {sorted(one.feeds)}")
            self.write()

    # --- people and staff ---

    def person(self, down=False):
        state = self.side.state()
        acts = self.at_mailchimp(state) if isinstance(self.side, Mailchimp) else self.at_constant_contact(state)
        name, fits, effect = self.dice.choice([act for act in acts if not down or act[0] in ("unsubscribe", "archive", "left")])
        one = self.some(lambda one: one.email in state and (one.known or down) and fits(one, state[one.email]))
        if not one:
            return
        self.side.act(name, one.email, **({"to": f"n{self.steps}-{one.email}"} if name == "rename" else {}))
        effect(one)
        self.touch(one, name)

    def both(self):
        def opts_out(one):
            one.out = True

        def renamed(one):
            fresh = self.people[f"n{self.steps}-{one.email}"] = Person(f"n{self.steps}-{one.email}", out=one.out, theirs=one.theirs, was=one, known=True)
            one.given_up, one.theirs = True, False
            self.touched.add(fresh.email)

        def given(one):
            one.theirs = True

        return opts_out, renamed, given

    def at_mailchimp(self, state):
        opts_out, renamed, given = self.both()

        def back(one):
            one.out = False
        return [("unsubscribe", lambda one, now: now.status == "subscribed", opts_out),
                ("archive", lambda one, now: now.status == "subscribed", opts_out),
                ("unarchive", lambda one, now: now.status == "archived", back),
                ("subscribe", lambda one, now: now.status in ("unsubscribed", "archived"), back),
                ("rename", lambda one, now: now.status == "subscribed" and not one.was, renamed),
                ("joined", lambda one, now: now.status == "subscribed" and not now.on, given)]

    def at_constant_contact(self, state):
        opts_out, renamed, given = self.both()

        def leaves(one):
            one.out, one.theirs = True, False

        def joins(one):
            one.out, one.theirs = False, True
        return [("unsubscribe", lambda one, now: now.mailed, leaves),
                ("archive", lambda one, now: now.mailed and not one.out, leaves),
                ("left", lambda one, now: now.mailed and now.on, leaves),
                ("joined", lambda one, now: now.mailed and not now.on, joins),
                ("subscribe", lambda one, now: now.status == "unsubscribed", joins),
                ("rename", lambda one, now: now.mailed and now.on and not one.was, renamed)]

    def stranger(self):
        """Staff has contacts of its own, on the list or under the tag."""
        self.made += 1
        one = self.people[f"p{self.made}@example.org"] = Person(f"p{self.made}@example.org", theirs=True)
        self.side.seed(one.email, on=True)
        self.touch(one, "is a contact of staff's")

    # --- what breaks ---

    def broken_file(self):
        name = self.dice.choice(self.exports)
        os.rename(self.paths[name], self.paths[name] + ".kept")
        with open(self.paths[name], "wb") as file:
            file.write(b"this is no database" * 100)
        run = self.side.finish(self.side.start(export=name), expect=None)
        os.replace(self.paths[name] + ".kept", self.paths[name])
        equal(run["status"] in ("skipped", "failed"), True, f"a run without its source ended {run['status']}")
        self.tell(f"the source of {name} was broken")

    def killed_run(self):
        name = self.dice.choice(self.exports)
        call = Hold(self.side, "any", apply=self.dice.random() < 0.5, skip=self.dice.randrange(9))
        run = self.side.start(export=name)
        while not self.world.sandbox.wait(1, held=call.name, timeout=0):
            if self.world.ctl.show(run)["status"] in FINAL:
                break
        self.world.daemon.kill()
        self.world.sandbox.faults([])
        if self.dice.random() < 0.5:
            self.person(down=True)
        self.world.daemon.start()
        self.side.finish(run, expect=None)
        self.tell(f"killed during run {run} of {name}, call {call.what}")

    def run(self):
        name = self.dice.choice(self.exports)
        run = self.side.finish(self.side.start(export=name), expect=None)
        self.tell(f"run of {name}: {run['status']}")

    def step(self):
        what = self.dice.random()
        if what > 1 - self.runs:
            (self.killed_run if what > 1 - self.runs / 2 else self.run)()
        elif what < 0.02:
            self.broken_file()
        elif what < 0.06:
            self.stranger()
        elif what < 0.43:
            self.person()
        else:
            self.row()

    # --- the comparison ---

    def settle(self):
        for name in self.exports:
            self.world.check_run(self.side.run(export=name), rejected=0)
            self.tell(f"settled {name}")
        self.check()
        for one in self.people.values():
            one.known = True
        self.touched.clear()

    def check(self):
        found, wrong = self.side.state(), []
        for email in set(self.people) | set(found):
            one, now = self.people.get(email), found.get(email)
            if one is None or (one.given_up and now):
                wrong.append(f"{email} should be no contact: {now}")
            elif one.out:
                wrong += [f"{email} opted out and is mailed: {now}"] if now and now.mailed and now.on else []
            elif one.wanted() != bool(now and now.on):
                wrong.append(f"{email} should be {'on' if one.wanted() else 'off'}: {now} {one.feeds}")
            elif one.feeds and not one.given_up and now.values[2] != one.value:
                wrong.append(f"{email} should have {one.value}: {now}")
        equal(sorted(wrong)[:5], [], "what the provider holds")
        self.side.harmless()
        self.world.sandbox.reset_counters()


def play(world, kind, dice, steps, longest, runs):
    """Raises Failed with the end of the history."""
    history = History(world, kind, dice, runs)
    try:
        while history.steps < steps:
            for _ in range(dice.randrange(1, longest)):
                history.step()
            history.settle()
    except (Failed, RuntimeError) as error:
        raise Failed(f"{error}\nat step {history.steps} of {steps}:\n  " + "\n  ".join(history.told[-30:])) from error
    return history
