#!/usr/bin/env python3
"""A provider that takes more than a minute over each call, and members that opt out meanwhile: a look is renewed between the batches of a run, in
the middle of the upserts and of the removals, and nothing that is sent later undoes what happened."""
import sys

from contact_list import WIDE_FIELDS, WIDTH
from harness import equal, main
from sides import ConstantContact, Mailchimp, each_provider
from timed_world import Hold

GOOD_FOR = 60  # seconds that a look is good for


class LargeAudience(Mailchimp):
    """Eight batches of 500 are under way at once."""
    waves, moved, leavers, ways = ((8, 1), (8, 1)), 4050, 4050, ("unsubscribe", "archive")

    def __init__(self, world, name):
        super().__init__(world, name, count=self.moved + self.leavers + 10)
        here = f"^/3.0/lists/{self.destination}"
        self.calls["write"] = ("POST", f"{here}([?]|$|/segments/[0-9]+$)")

    def take_long(self, call):
        self.world.pass_time()
        call.release()


class LargeList(ConstantContact):
    """One batch after the other, 500 members a removal; the values are so wide that an import holds some 600."""
    waves, moved, leavers, ways = ((1, 1), (1, 1, 1)), 700, 1200, ("unsubscribe", "left", "deleted")
    labels = ("Town", *(f"N {n}" for n in range(1, WIDE_FIELDS)))

    def __init__(self, world, name):
        super().__init__(world, name, count=self.moved + self.leavers + 10)
        self.calls["write"] = ("POST", "^/v3/activities/")

    def maps(self, city="city"):
        return super().maps(city) + [word for n in range(1, WIDE_FIELDS) for word in ("--map", f"{city}=cf:n_{n}")]

    def come(self, count=1):
        fresh = super().come(count)
        self.move(*fresh, to="Here")
        return fresh

    def move(self, *emails, to="Elsewhere"):
        super().move(*emails, to=to.ljust(WIDTH, "."))

    def take_long(self, call):
        """The call and its job share the time, since no call may take a minute here."""
        job = Hold(self, "poll")
        self.world.pass_time(40)
        call.release()
        job.wait()
        self.world.pass_time(40)
        job.release()


class Story:
    """A run that changes, adds and removes many members, and what people do while its calls take long."""

    def __init__(self, world, side):
        self.world, self.side = world, side
        known = side.first()
        self.moved, self.leavers = known[:side.moved], known[side.moved:side.moved + side.leavers]
        side.move(*self.moved)
        self.fresh = side.come(100)
        side.leave(*self.leavers)
        self.opted_out, self.stay = [], []
        world.sandbox.reset_counters()

    def upserted(self, last):
        """While these calls take long, members of later ones opt out, each in another way."""
        found = self.side.state()
        unsent = [email for email in self.moved if found[email].values != self.side.rows[email] and email not in self.side.out]
        newcomers = [email for email in self.fresh if email not in found]
        equal(last, not unsent, f"these were the last upserts; {len(unsent)} members have their old values")
        for email, way in zip(unsent, self.side.ways):
            self.opt_out(email, way)
        if newcomers and not last:  # came and left before this program's call
            self.side.seed(newcomers[0], on=True)
            self.opt_out(newcomers[0], self.side.ways[1])

    def opt_out(self, email, way):
        self.side.act(way, email)
        self.side.out.add(email)
        self.opted_out.append(email)

    def removed(self, last):
        """Staff takes members off before this program does, and puts them there again a look later: they are no longer its own."""
        back = [email for email in self.stay if email not in self.side.theirs]
        if back:
            self.side.act("joined", *back)
            self.side.theirs.update(back)
        found = self.side.state()
        unsent = [email for email in self.leavers if found[email].on]
        if not self.stay:
            equal(last, False, "members are left to be removed")
            self.stay = unsent[::20]
            self.side.act("left", *self.stay)
            self.side.act("unsubscribe", unsent[1])

    def play(self):
        upserts, removals = self.side.waves
        calls = [(self.upserted, n, step == len(upserts)) for step, n in enumerate(upserts, 1)]
        calls += [(self.removed, n, step == len(removals)) for step, n in enumerate(removals, 1)]
        held = [Hold(self.side, "write", apply=True, calls=n) for _, n, _ in calls]
        run = self.side.start()
        for (happen, _, last), call in zip(calls, held):
            call.wait(timeout=60)
            self.world.pass_time(5)  # a job that was asked for is done
            happen(last)
            self.side.take_long(call)
        return self.side.finish(run)


def check_looks(side):
    """Each call that could put a member back, or take what others gave, came within a minute of a look."""
    looks, ages = [line["came"] for line in side.log("look")], []
    for write in side.log("write"):
        ages.append(write["came"] - max(look for look in looks if look <= write["came"]))
    equal([round(age) for age in ages if age > GOOD_FOR], [], "seconds between a look and the calls that rested on it")


@each_provider(LargeAudience, LargeList)
def looks_grow_old_between_the_batches(world, side):
    world.sandbox.knobs(mc_archived_on_status_if_new="revived")
    story = Story(world, side)
    if side.provider == "constant-contact":
        world.ctl("export", "edit", side.name, "--existing", "leave")
    run = story.play()
    side.check()
    newcomers = sum(email in story.fresh for email in story.opted_out)
    world.check_run(run, added=len(story.fresh) - newcomers, updated=len(story.moved) - len(story.opted_out) + newcomers,
                    suppressed=len(story.opted_out), unchanged=10, rejected=0, not_sent=0)
    equal(run["status"], "succeeded", "the run")
    equal(newcomers > 0, True, "newcomers that came and left")
    check_looks(side)
    side.settles()


if __name__ == "__main__":
    sys.exit(main(globals()))
