#!/usr/bin/env python3
"""kill -9 between any two calls of a run to Constant Contact: before a call takes effect, and after it did but before its answer came.
Several exports run at the same time, each held at a call of its own; then the daemon is killed during all of them, and continues by itself."""
import dataclasses
import sys

from clock import Clock, can_travel
from contact_list import ContactList, start
from harness import FULL, World, adds_up, equal, main

MEMBERS = 1500 if FULL else 800
MIXED = {"come": 60, "move": 640, "leave": 40}  # 700 rows: two imports, since a row is wide, and one removal
IMPORT, REMOVAL = "contacts_file_import", "remove_list_memberships"
ENDED = ("succeeded", "completed_with_rejects", "failed", "skipped", "cancelled")


@dataclasses.dataclass
class Moment:
    what: str
    apply: bool
    path: str = "^/v3/"
    method: str = ""
    skip: int = 0
    change: dict = dataclasses.field(default_factory=lambda: MIXED)
    leave_meanwhile: int = 0  # people who unsubscribe when the first import is on its way: its job counts them and names none

    def rule(self, name, client):
        rule = {"name": name, "client": client, "path": self.path, "skip": self.skip, "next": 1, "action": {"kind": "hold", "apply": self.apply}}
        return rule | ({"method": self.method} if self.method else {})


MOMENTS = [
    Moment("before the list is asked for", False, path="^/v3/contact_lists"),
    Moment("while those who left are read", True, path="^/v3/contacts[?]", skip=1),
    Moment("before the first import", False, path=IMPORT),
    Moment("after the second import", True, path=IMPORT, skip=1),
    Moment("after the imports' jobs were asked about", True, path="^/v3/activities", method="GET"),
    Moment("before the removal", False, path=REMOVAL),
    Moment("after the removal", True, path=REMOVAL),
    Moment("before the removal's job is asked about", False, path="^/v3/activities", method="GET", change={"leave": 40}),
    Moment("while it is read back which members a job refused", True, path="^/v3/contacts[?]", leave_meanwhile=3),
]


class Desk(ContactList):
    """A list with a moment at which the daemon is killed."""

    def begin(self, moment):
        self.moment, self.rule = moment, f"hold {self.name} {moment.what}"
        self.gate = f"gate {self.name}" if moment.leave_meanwhile else ""
        self.wanted = self.change(**moment.change)
        self.job_ids = {job["activity_id"] for job in self.jobs()}
        self.calls = len(self.world.sandbox.call("GET", "log?last=20000"))
        if self.gate:
            return {"name": self.gate, "client": self.app, "path": IMPORT, "next": 1, "action": {"kind": "hold", "apply": False}}
        return moment.rule(self.rule, self.app)

    def pass_gate(self):
        if not self.gate:
            return
        equal(self.world.sandbox.wait(1, held=self.gate.replace(" ", "%20")), True, "the import came")
        leavers = [email for email in self.rows if email not in self.gone and self.rows[email][2] != "new"][:self.moment.leave_meanwhile]
        self.act("unsubscribe", leavers)
        self.gone |= set(leavers)
        self.wanted["updated"] -= len(leavers)
        self.wanted["suppressed"] += len(leavers)
        self.world.sandbox.call("POST", "faults", {"append": True, "rules": [self.moment.rule(self.rule, self.app)]})
        self.world.sandbox.release(self.gate)

    def is_held(self):
        """False: the run ended before it came to that call."""
        while not self.world.sandbox.wait(1, held=self.rule.replace(" ", "%20"), timeout=2):
            if self.world.ctl.show(self.number)["status"] in ENDED:
                return False
        return True

    def imports(self):
        return [job for job in self.jobs(IMPORT) if job["activity_id"] not in self.job_ids]

    def died(self):
        """Between kill and restart: what was recorded as settled, and which jobs there are."""
        self.before = {job["activity_id"] for job in self.imports()}

    def check(self, held):
        run = self.finish(self.number)
        equal(run["id"], self.number, "the run's id")
        equal(adds_up(run), True, f"the counts do not add up: {run['counts']}")
        self.world.check_run(run, **self.wanted)
        self.check_list()
        if not held or not self.moment.change.get("come"):
            return
        rows = lambda jobs: sum(max(0, job["status"]["items_total_count"] - 1) for job in jobs)  # noqa: E731
        fresh = [job for job in self.imports() if job["activity_id"] not in self.before]
        equal(rows(fresh) <= 700 - self.settled, True, f"rows sent again, {rows(fresh)}, are none of the {self.settled} known to be settled")
        asked = [line["target"] for line in self.log(self.calls) if line["fault"] == self.rule][-1]
        tickets = 2 if "/activities?" in asked else 1 if "/activities/" in asked and IMPORT not in asked and REMOVAL not in asked else 0
        equal(len(fresh) <= 2 - tickets, True, f"{self.moment.what}: {len(fresh)} imports after the death though {tickets} tickets were stored")
        equal(len(self.imports()) <= 4, True, "imports in all: two, and those whose answer was lost")


def die_once(world, desks, moments, again=None):
    """-> how many of the moments occurred. `again`: the number of the call at which the next process is killed too."""
    busy = list(zip(desks, moments))
    world.sandbox.faults([desk.begin(moment) for desk, moment in busy])
    for (desk, _), number in zip(busy, start(world, [desk.name for desk, _ in busy])):
        desk.number = number
    for desk, _ in busy:
        desk.pass_gate()
    held = {desk.name: desk.is_held() for desk, _ in busy}
    for desk, _ in busy:
        counts = world.ctl.show(desk.number)["counts"]
        desk.settled = counts["added"] + counts["updated"]
    world.daemon.kill()
    for desk, _ in busy:
        desk.died()
    world.sandbox.faults([])
    if again and any(held.values()):
        die_again(world, [desk for desk, _ in busy if held[desk.name]], again)
    world.daemon.start()
    alive = {run["id"] for desk, _ in busy for run in world.ctl.runs(desk.name) if run["status"] not in ENDED}
    equal(alive <= {desk.number for desk, _ in busy}, True, "no other run is under way after the restart")
    for desk, _ in busy:
        desk.check(held[desk.name])
    world.check_nobody_harmed()
    return sum(held.values())


def die_again(world, desks, number):
    """The first list to reach its moment kills the daemon for all."""
    world.sandbox.faults([{"name": "again", "client": desks[0].app, "path": "^/v3/", "skip": number - 1, "next": 1,
                           "action": {"kind": "hold", "apply": number % 2 == 0}}])
    world.daemon.start()
    while not world.sandbox.wait(1, held="again", timeout=2):
        if world.ctl.show(desks[0].number)["status"] in ENDED:
            break
    world.daemon.kill()
    world.sandbox.faults([])


def all_come_back(world, desks):
    """A member that a run took off the list before it died did not leave on their own wish, and may come back."""
    wanted = [desk.change(back=True) for desk in desks]
    for desk, counts, number in zip(desks, wanted, start(world, [desk.name for desk in desks])):
        world.check_run(desk.finish(number), **counts)
        desk.check_list()


def furnished(world, count):
    world.sandbox.knobs(login_token_per_second=0)
    desks = [Desk(world, f"desk{n}", n, wide=True) for n in range(1, count + 1)]
    for desk in desks:
        desk.come(MEMBERS)
        desk.write()
    for desk, number in zip(desks, start(world, [desk.name for desk in desks])):
        world.check_run(desk.finish(number), added=MEMBERS)
        desk.check_list()
    return desks


def test_each_kind_of_call(binaries):
    with World(binaries, seed=7) as world:
        desks = furnished(world, len(MOMENTS))
        held = die_once(world, desks, MOMENTS)
        equal(held, len(MOMENTS), "moments that came")
        all_come_back(world, desks)
        world.check_no_traces([f"{desk.name}0@example.org" for desk in desks])
        print(f"   killed at {held} kinds of call")


def test_who_left_while_it_was_down(binaries):
    """An import has put contacts on the list, and that is not recorded yet; an hour later the daemon is there again, and some of
    them have left the list. Neither this run nor the next one puts them back."""
    if not can_travel():
        return
    with World(binaries, seed=9) as world:
        desk, clock = Desk(world, "desk1"), Clock(world)
        counts = desk.change(come=40)
        world.check_run(desk.run(), **counts)
        counts = desk.change(come=30)
        world.sandbox.faults([{"name": "asked", "path": "^/v3/activities", "method": "GET", "next": 1, "action": {"kind": "hold", "apply": True}}])
        number = desk.start()
        equal(world.sandbox.wait(1, held="asked", timeout=60), True, "the job was asked about")
        world.daemon.kill()
        world.sandbox.faults([])
        leavers = list(desk.rows)[-3:]
        equal(set(leavers) <= set(desk.dump()), True, "the import has put them on the list")
        desk.act("leave_list", leavers)
        clock.set_ahead(3600)
        world.daemon.start()
        world.check_run(desk.finish(number), **counts)
        desk.gone |= set(leavers)
        desk.check_list()
        for email in leavers:
            desk.rows[email] = ("Another", "Name", "new")
        counts = desk.change(move=5)
        world.check_run(desk.run(), **counts)
        desk.check_list()
        world.check_nobody_harmed()


def test_every_call(binaries):
    """AUDIENCED_FULL: each call by its number, until a run ends before it gets so far; and then with a second kill during the restart."""
    if not FULL:
        return
    with World(binaries, seed=8) as world:
        desks = furnished(world, 8)
        for twice in (False, True):
            number, came = 0, 0
            while True:
                moments = [Moment(f"call {number + i // 2 + 1}", i % 2 == 1, skip=number + i // 2) for i in range(len(desks))]
                held = die_once(world, desks, moments, again=number + 1 if twice else None)
                number, came = number + len(desks) // 2, came + held
                if held < len(desks):
                    break
            all_come_back(world, desks)
            equal(came >= 18, True, f"moments that came: {came}")
            print(f"   killed before and after each call: {came} deaths" + (", each followed by another" if twice else ""))


if __name__ == "__main__":
    sys.exit(main(globals()))
