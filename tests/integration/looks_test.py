#!/usr/bin/env python3
"""People opt out while a plan is computed, between two batches, while an export is away, and when clocks disagree: no call that is sent more than
a minute later undoes it."""
import sys

from clock import Clock
from contact_list import ContactList
from harness import equal, main
from meanwhile import meanwhile
from sides import BOTH, ConstantContact, Mailchimp, each_provider
from timed_world import TimedWorld, Hold


def gone(side, email):
    """In the way of each provider that a call could undo."""
    side.act("archive" if side.provider == "mailchimp" else "left", email)
    side.out.add(email)


def put_back_if_it_can(world):
    world.sandbox.knobs(mc_archived_on_status_if_new="revived")


def decided(world, side):
    """What becomes of contacts that were never seen on the list is not asked."""
    if side.provider == "constant-contact":
        world.ctl("export", "edit", side.name, "--existing", "leave", expect=None)


@each_provider(*BOTH)
def left_while_the_plan_was_slow(world, side):
    put_back_if_it_can(world)
    first, *_ = side.first()
    side.move(first)
    meanwhile(side, "reading", lambda: gone(side, first), a_minute=True)
    side.harmless()
    side.settles()


@each_provider(*BOTH)
def newcomer_left_while_the_plan_was_slow(world, side):
    """That they are new to the export says nothing: they signed up and left meanwhile."""
    put_back_if_it_can(world)
    side.first()
    decided(world, side)
    fresh, _ = side.come(2)

    def sign_up_and_leave():
        side.seed(fresh, on=True)
        gone(side, fresh)
    meanwhile(side, "reading", sign_up_and_leave, a_minute=True)
    side.harmless()
    side.settles()


@each_provider(*BOTH)
def the_last_look_is_old_when_its_answer_comes(world, side):
    put_back_if_it_can(world)
    first, *_ = side.first()
    side.move(first, to="There")
    world.sandbox.reset_counters()
    side.settles()
    looks = len([line for line in side.log("look") if line["at"] < side.log("batch")[0]["at"]])
    side.move(first)
    meanwhile(side, "look", lambda: gone(side, first), a_minute=True, apply=True, skip=looks - 1)
    side.harmless()
    side.settles()


def test_left_between_two_imports_of_a_first_run(binaries):
    """The list had members before, and one of them leaves while the first import is settled."""
    with TimedWorld(binaries) as world:
        letters = ContactList(world, "letters", wide=True)
        letters.come(1300)
        letters.write()
        known = list(letters.rows)
        world.sandbox.seed_contacts("letters", [{"email": email, "lists": [letters.list]} for email in known])
        letters.calls, letters.client = {"batch": ("POST", "_import")}, letters.app
        first = Hold(letters, "batch", apply=True)
        run = letters.start()
        first.wait(timeout=60)
        world.sandbox.advance_clock(5)  # the job is done
        held = {email for email, values in letters.dump().items() if values[0]}
        leavers = [email for email in known if email not in held][:5]
        letters.act("leave_list", leavers)
        equal(len(leavers), 5, "members that wait for the second import")
        world.pass_time()
        first.release()
        letters.finish(run, expect=None)
        equal(len(letters.jobs("_import")) > 1, True, "several imports")
        seen = world.sandbox.counters()
        equal(seen["must_stay_zero"]["subscribed_again"], 0, f"members put back by a later import: {seen['incidents'][:3]}")


@each_provider(*BOTH)
def export_removed_and_made_again(world, side):
    put_back_if_it_can(world)
    first, second, *_ = side.first()
    world.ctl("export", "remove", side.name)
    gone(side, first)
    side.export(side.name, side.name)
    side.move(first, second)
    side.settles()
    # What it gave before it was removed is still its own.
    side.leave(second)
    side.settles()


@each_provider(ConstantContact)
def left_then_held_then_released(world, side):
    first, *_ = side.first()
    gone(side, first)
    side.settles()
    side.act("hold", first)
    side.settles()
    side.act("release", first)
    side.move(first)
    side.settles()


@each_provider(ConstantContact)
def left_then_unsubscribed_then_active_again(world, side):
    first, *_ = side.first()
    gone(side, first)
    side.settles()
    side.act("unsubscribe", first)
    side.settles()
    side.act("release", first)
    side.move(first)
    side.settles()


@each_provider(*BOTH)
def left_while_the_weekly_pull_was_read(world, side):
    """Whatever the full pull read before, the next look shows what changed since its first answer."""
    put_back_if_it_can(world)
    first, *_ = side.first()
    for skip in (0, 1):
        world.pass_time(8 * 86400)
        email = list(side.rows)[skip]
        late = Hold(side, "look", apply=True, skip=skip)
        run = side.start()
        came = late.came(timeout=3)
        gone(side, email)
        late.release()
        side.finish(run)
        side.move(email)
        if came:
            side.settles()
    side.settles()


def days_ahead(world, side, ahead):
    """One run of a daemon whose clock is wrong by so much; the provider's is not."""
    first, second, *_ = side.first()
    world.daemon.stop()
    clock = Clock(world)
    clock.set_ahead(ahead)
    world.sandbox.advance_clock(-ahead)
    world.daemon.start()
    side.move(second, to="There")
    side.run()
    world.daemon.stop()
    clock.set_ahead(0)
    world.sandbox.advance_clock(ahead)
    world.daemon.start()
    gone(side, first)
    side.move(first)
    side.settles()


@each_provider(*BOTH)
def clock_three_days_ahead_during_one_run(world, side):
    put_back_if_it_can(world)
    days_ahead(world, side, 3 * 86400)


@each_provider(*BOTH)
def a_page_that_is_short_lifts_nothing(world, side):
    """The weekly pull reads pages that hold less than they count."""
    first, second, *_ = side.first()
    side.act("unsubscribe", first)
    side.out.add(first)
    gone(side, second)
    put_back_if_it_can(world)
    side.settles()
    world.pass_time(8 * 86400)
    world.sandbox.knobs(mc_listing_drops=1000, cc_listing_drops=500)
    side.move(first, second)
    side.run(expect=None)
    side.harmless()
    world.sandbox.knobs(mc_listing_drops=0, cc_listing_drops=0)
    side.settles()


@each_provider(Mailchimp)
def archived_by_staff_during_the_run(world, side):
    """Longer ago than a look is worth: the call is not sent for that member. Just now: the answer shows it, and everything stops."""
    put_back_if_it_can(world)
    first, second, *_ = side.first()
    side.move(first)
    meanwhile(side, "reading", lambda: gone(side, first), a_minute=True)
    side.settles()
    side.move(second)
    run = meanwhile(side, "batch", lambda: side.act("archive", second), expect=1)
    equal(side.connection()["state"], "stopped", "the connection after a contact was subscribed again")
    rejects = world.ctl("runs", "rejects", str(run["id"]), "--json").json()
    equal(len(rejects), 1, f"members that are named: {rejects}")
    side.harmless()


if __name__ == "__main__":
    sys.exit(main(globals()))
