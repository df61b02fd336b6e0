#!/usr/bin/env python3
"""People unsubscribe, leave the list, are deleted, held, or come back, between runs and during one; the segment changes as well. No run
puts one of those back, a member that leaves the segment leaves the list, and no run reads the whole list again."""
import sys

from clock import can_travel, jumping
from contacts import IMPORT_CALLS, Contacts, write_customers
from contacts_town import Town
from harness import FULL, World, equal, main
from rows import people

PROFILES = 60_000 if FULL else 6_000
PAGE = 500
SOME = 40
WIDE = 10  # values of 250 characters: some 1,400 customers fill an import
READS = "GET /v3/contacts"
MANY = 5_000  # written by one run: it reads them itself, and the next one those of the last second before
LOOK_IS_GOOD_FOR = 60  # seconds; people who act within them before a call may be overridden by it
A_WHILE = 1200  # seconds on the sandbox's clock: what a run changed lies behind the next one's overlap


class Scenario:
    def __init__(self, world, wide=0):
        """`wide`: so many values of full width for every member, so that a few thousand fill several imports"""
        self.world, self.wide = world, wide
        self.letters = Contacts(world, custom_fields=[f"N {n}" for n in range(wide)])
        self.town = Town(self.letters)
        rows = people(PROFILES, world.random)
        self.segment = {email: (first, last) for email, first, last, _ in rows}
        self.fresh = iter(people(2000, world.random, start=5_000_000))
        self.quiet = list(self.segment)  # members without a change so far
        self.path = world.path("crm.db")
        self.write()
        world.ctl("source", "add", "crm", "--sqlite", self.path)
        world.ctl("segment", "add", "all", "--source", "crm", "--table", "customers")
        # What `ask` holds is another file's (memberships_test.py): here the answer was given beforehand.
        self.letters.export("all", ["all"], "--existing", "add", maps=[f"tier=cf:n_{n}" for n in range(wide)])

    def some(self, count=SOME):
        """Members of the segment that this scenario did not use before."""
        chosen, self.quiet = self.quiet[:count], self.quiet[count:]
        return chosen

    def write(self):
        write_customers(self.path, "customers", [(email, *names, "x" * 250 if self.wide else None, None) for email, names in self.segment.items()])

    def change(self, addresses):
        for address in addresses:
            self.segment[address] = (self.segment[address][0] + "a", self.segment[address][1])

    def drop(self, addresses):
        for address in addresses:
            del self.segment[address]

    def come(self, count):
        for email, first, last, _ in (next(self.fresh) for _ in range(count)):
            self.segment[email] = (first, last)

    def begin(self):
        self.write()
        self.world.sandbox.advance_clock(A_WHILE)
        self.world.count_anew()
        self.town.look()
        changed, self.town.stirred = len(self.town.stirred), set()
        return changed

    def ended(self, run, when, counts, changed):
        self.world.check_run(run, read=len(self.segment), duplicate=0, invalid=0, rejected=0, **counts)
        self.town.check(when)
        reads = self.world.sandbox.calls_of(READS)
        # What changed comes by two questions (changed, opted out); a few more name those that a job counts and does not name.
        most = 2 * (1 + changed // PAGE) + 4
        written = counts["added"] + counts["updated"] + counts["removed"]
        if written >= MANY:
            most += 1 + written // PAGE
        print(f"   {when}: {counts}, {changed} contacts had changed, {reads} reads")
        equal(reads <= most, True, f"{when}: {reads} reads of contacts, {changed} had changed")

    def run(self, when):
        changed = self.begin()
        self.ended(self.world.ctl.run("all"), when, self.town.deliver(self.segment), changed)


def before_us(story):
    """The account knows some of them, in every state; and the list has members outside of the segment."""
    town = story.town
    known = {state: story.some() for state in ("unsubscribed", "temp_hold", "pending_confirmation", "not_set")}
    for state, addresses in known.items():
        town.seed(addresses, state)
    town.seed(story.some(), "explicit")
    deleted = story.some()
    town.seed(deleted, "explicit")
    town.act("delete", deleted)
    town.seed([f"stranger{n}@elsewhere.example" for n in range(300)], "explicit", on_list=True, foreign=True)
    theirs = story.some()
    town.seed(theirs, "explicit", on_list=True)
    return known, deleted, theirs


def test_nobody_is_put_back(binaries):
    with World(binaries, seed=30) as world:
        story = Scenario(world)
        town = story.town
        known, deleted, theirs = before_us(story)
        story.run("the first run, which learns the contact ids")
        story.run("nothing changed since")
        story.run("nothing changed")
        equal(world.sandbox.counters()["writes"], 0, "write calls when nothing changed")

        # Contacts leave in different ways, while the segment changes too: some of the same members, and others.
        gone = {what: story.some() for what in ("unsubscribe", "leave_list", "delete", "hold", "pend")}
        for what, addresses in gone.items():
            town.act(what, addresses)
            story.change(addresses[:10])
            story.drop(addresses[30:])
        story.change(story.some(300))
        story.drop(story.some(600) + theirs[:20])
        story.come(150)
        story.run("they go")
        story.run("they stay away")

        # Some come back by themselves, to the list or only to the account; some of the segment's leavers come back to it.
        town.act("subscribe", gone["unsubscribe"][:10])
        town.act("subscribe", gone["unsubscribe"][10:20], with_list=False)
        town.act("join_list", gone["leave_list"][:20])
        town.act("subscribe", gone["delete"][:10])
        town.act("subscribe", gone["delete"][10:20], with_list=False)
        town.act("subscribe", gone["hold"][:20], with_list=False)
        town.act("subscribe", gone["pend"][:20], with_list=False)
        town.act("subscribe", known["unsubscribed"][:20], with_list=False)
        town.act("subscribe", deleted[:20], with_list=False)
        for what in gone:
            for address in gone[what][35:]:
                story.segment[address] = ("Back", "Again")
        story.run("some come back")
        story.change(gone["unsubscribe"][:30] + gone["leave_list"][:30] + gone["delete"][:30])
        story.run("and are treated as what they are now")
        story.run("nothing changed at last")
        equal(world.sandbox.counters()["writes"], 0, "write calls at last")
        world.check_no_traces(list(story.segment)[::PROFILES // 8])


def test_people_go_while_the_import_is_on_its_way(binaries):
    with World(binaries, seed=31) as world:
        story = Scenario(world)
        town = story.town
        story.run("the first run")
        moved = story.some(1000)
        story.change(moved)
        story.come(50)
        changed = story.begin()
        # Before the import is taken: it must not bring back who unsubscribed, and the run must name them though the job only counts.
        world.sandbox.faults([{"name": "early", "path": "^/v3/activities/contacts_", "method": "POST", "next": 1,
                               "action": {"kind": "hold", "apply": False}}])
        number = world.ctl("run", "all", "--json").json()["runs"][0]["id"]
        equal(world.sandbox.wait(1, held="early"), True, "the import is held before it is taken")
        early = moved[:25]
        town.act("unsubscribe", early)
        world.sandbox.release("early")
        world.ctl("runs", "follow", str(number))
        counts = town.deliver(story.segment, refused=early)
        story.ended(world.ctl.show(number), "some went before their import was taken", counts, changed + PAGE)

        # After it was accepted, before its result is known: they were delivered correctly, and are suppressed from now on.
        story.change(moved)
        changed = story.begin()
        world.sandbox.faults([{"name": "late", "path": "^/v3/activities/contacts_", "method": "POST", "next": 1,
                               "action": {"kind": "hold", "apply": True}}])
        number = world.ctl("run", "all", "--json").json()["runs"][0]["id"]
        equal(world.sandbox.wait(1, held="late"), True, "the import is held after it was taken")
        world.sandbox.advance_clock(60)  # the job is done when the people act
        counts = town.deliver(story.segment)
        for number_of, what in enumerate(("unsubscribe", "leave_list", "delete", "hold", "pend")):
            town.act(what, moved[100 + 30 * number_of:130 + 30 * number_of])
        world.sandbox.release("late")
        world.ctl("runs", "follow", str(number))
        story.ended(world.ctl.show(number), "some went when their import was done", counts, changed + PAGE)
        world.sandbox.faults([])
        story.change(moved)
        story.run("they stay away, though their values changed again")


def test_people_go_between_the_imports_of_one_run(binaries):
    if not can_travel():
        return
    with World(binaries, seed=32) as world:
        world.daemon.stop()
        clock = jumping(world)
        world.daemon.start()
        story = Scenario(world, wide=WIDE)
        town = story.town
        strangers = [f"stranger{n}@elsewhere.example" for n in range(60)]
        town.seed(strangers, "explicit", on_list=True, foreign=True)
        story.run("the first run")
        # Strangers leave the list, and only then become customers of ours: they are not put back either.
        town.act("leave_list", strangers[:20])
        for address in strangers[:20]:
            story.segment[address] = ("Late", "Customer")
        town.left |= set(strangers[:20])
        story.run("strangers left before they came to us")

        story.change([address for address in story.segment if address not in strangers])
        changed = story.begin()
        world.sandbox.faults([{"name": "under_way", "path": "^/v3/activities", "method": "GET", "next": 1, "action": {"kind": "hold", "apply": True}}])
        number = world.ctl("run", "all", "--json").json()["runs"][0]["id"]
        equal(world.sandbox.wait(1, held="under_way"), True, "the daemon asks for the jobs of the first imports")
        sent = world.sandbox.calls_of(*IMPORT_CALLS)
        world.sandbox.advance_clock(60)  # the jobs are done: who has the old values is in an import that was not sent yet
        there = story.letters.members()
        last = [address for address, names in story.segment.items() if address not in strangers and there[address][1:] != names]
        equal(len(last) > 1000, True, f"members of imports that are still to come: {len(last)}")
        for number_of, what in enumerate(("unsubscribe", "leave_list", "delete", "hold", "pend")):
            town.act(what, last[30 * number_of:30 * number_of + 30])
        town.look()
        clock.jump(LOOK_IS_GOOD_FOR + 30)  # the next import asks for another look
        world.sandbox.release("under_way")
        world.ctl("runs", "follow", str(number))
        counts = town.deliver(story.segment)
        equal(world.sandbox.calls_of(*IMPORT_CALLS) > sent > 0, True, "imports before they went, and after")
        story.ended(world.ctl.show(number), "some went between the imports", counts, changed + 3 * len(story.segment))
        world.sandbox.faults([])
        story.change(last)
        story.run("they stay away")


if __name__ == "__main__":
    sys.exit(main(globals()))
