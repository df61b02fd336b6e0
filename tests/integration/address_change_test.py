#!/usr/bin/env python3
"""The address of a contact is changed at the provider, by the person or by staff: the same contact, by its id. The old address is not sent again,
what was given goes along, and an opt-out under either address counts."""
import sys

from harness import equal, main
from meanwhile import meanwhile
from sides import BOTH, each_provider


def renamed(side, email):
    fresh = f"new-{email}"
    side.act("rename", email, to=fresh)
    side.out.add(email)
    side.theirs.add(fresh)  # on, as long as the old address is in the segment
    return fresh


def off(side, fresh):
    side.theirs.discard(fresh)


def learned(side, email, fresh):
    """The source has the new address in place of the old one."""
    side.rows[fresh] = side.rows.pop(email)
    side.write()


def opts_out_later(side, how):
    """A contact whose address was changed opts out under the new one, and then a value of the old one changes -> both addresses"""
    email, *_ = side.first()
    fresh = renamed(side, email)
    side.settles()
    side.act(how, fresh)
    off(side, fresh)
    side.out.add(fresh)
    side.move(email)
    side.settles()
    return email, fresh


def ready(side):
    equal(side.connection()["state"], "ready", "the connection")


@each_provider(*BOTH)
def nothing_else_happens(world, side):
    email, other, *_ = side.first()
    fresh = renamed(side, email)
    side.move(other)
    run = side.run()
    side.check()
    named = [one for one in world.ctl("runs", "rejects", str(run["id"]), "--json").json() if "address_changed" in str(one)]
    equal((len(named), run["counts"]["suppressed"]), (1, 1), f"what is said of the old address: {named}, {run['counts']}")
    equal(side.state()[fresh].on, True, "the contact under its new address")
    said = world.ctl("export", "explain", side.name, email, "--json").json()
    equal(([one["reason"] for one in said["opt_outs"]], said["contact"]["address_now"], said["next"]["would"]),
          (["address_changed"], f"n***@{fresh.split('@')[1]}", "suppressed"), f"what is explained of the old address: {said['answer']}")
    ready(side)
    side.settles()


@each_provider(*BOTH)
def a_value_of_the_old_address_changes(world, side):
    email, *_ = side.first()
    renamed(side, email)
    side.move(email)
    side.settles()
    ready(side)


@each_provider(*BOTH)
def found_in_the_same_run(world, side):
    """Both at once, with a second change before the daemon ever heard of the first."""
    email, other, *_ = side.first()
    fresh = renamed(side, email)
    again = f"newer-{email}"
    side.act("rename", fresh, to=again)
    side.theirs = {again}
    side.move(email, other)
    side.settles()
    ready(side)


@each_provider(*BOTH)
def unsubscribes_later(world, side):
    opts_out_later(side, "unsubscribe")
    ready(side)


@each_provider(*BOTH)
def archived_later(world, side):
    world.sandbox.knobs(mc_archived_on_status_if_new="revived")
    email, fresh = opts_out_later(side, "archive")
    learned(side, email, fresh)  # it is the contact that was archived
    side.settles()
    ready(side)


@each_provider(BOTH[1])
def leaves_the_list_later(world, side):
    email, fresh = opts_out_later(side, "left")
    learned(side, email, fresh)
    side.settles()


@each_provider(*BOTH)
def the_old_address_leaves_the_segment(world, side):
    """The renamed contact does not keep for ever what this program gave."""
    email, *_ = side.first()
    fresh = renamed(side, email)
    side.settles()
    side.leave(email)
    off(side, fresh)
    side.settles()


@each_provider(*BOTH)
def the_source_learns_the_new_address(world, side):
    email, *_ = side.first()
    fresh = renamed(side, email)
    side.settles()
    learned(side, email, fresh)
    off(side, fresh)
    side.settles()


@each_provider(*BOTH)
def changed_while_held(world, side):
    email, *_ = side.first()
    side.move(email)
    meanwhile(side, "held", lambda: renamed(side, email), a_minute=True)
    side.harmless()
    side.settles()
    ready(side)


@each_provider(*BOTH)
def changed_while_the_batch_is_under_way(world, side):
    """That call could not know. It makes a second contact at most once, and only of that member."""
    email, *_ = side.first()
    side.move(email)
    run = meanwhile(side, "batch", lambda: renamed(side, email))
    side.harmless()
    if side.connection()["state"] != "ready":
        named = world.ctl("runs", "rejects", str(run["id"]), "--json").json()
        equal(len(named), 1, f"members that are named: {named}")
        world.ctl("connection", "consent", side.name, "--give")
    side.out.clear()  # there are two contacts now, and the renamed one is in `theirs`
    for place in ("There", "Nowhere"):
        side.move(email, to=place)
        side.run(expect=None)
        side.harmless()


def changes_in_the_source(side, email):
    fresh = f"new-{email}"
    learned(side, email, fresh)
    return fresh


@each_provider(*BOTH)
def changes_in_the_source_after_an_opt_out(world, side):
    """Only a key tells that it is the same person: here the first name, which each member has alone."""
    world.ctl("export", "edit", side.name, "--key", "first_name")
    email, other, *_ = side.first()
    side.act("unsubscribe", email)
    side.out.add(email)
    held, moved = changes_in_the_source(side, email), changes_in_the_source(side, other)
    side.out.add(held)
    run = side.run()
    side.check()
    named = [one for one in world.ctl("runs", "rejects", str(run["id"]), "--json").json() if "opted_out_before" in str(one)]
    equal((len(named), run["counts"]["suppressed"]), (1, 1), f"what is said of the new address: {named}, {run['counts']}")
    found = side.state()
    equal((held in found, found[moved].on), (False, True), "the new addresses: of the person who opted out, of the other")
    side.settles()


@each_provider(*BOTH)
def changes_in_the_source_without_a_key(world, side):
    """The daemon cannot know that it is the same person."""
    email, *_ = side.first()
    side.act("unsubscribe", email)
    side.out.add(email)
    changes_in_the_source(side, email)
    side.settles()


if __name__ == "__main__":
    sys.exit(main(globals()))
