#!/usr/bin/env python3
"""Whose tag, whose membership: what others gave stays whenever they gave it, what this program gave goes when the segment says so, however late,
and is known by its id. A field that is made anew is filled for all."""
import sys

from harness import equal, main
from meanwhile import meanwhile
from sides import BOTH, ConstantContact, Mailchimp, each_provider


@each_provider(*BOTH)
def staff_gave_it_after_the_first_look(world, side):
    """Added by staff, comes into the segment later, and leaves it: stays on."""
    side.first()
    email = f"{side.name}99@example.org"
    side.seed(email)
    side.run()
    side.act("joined", email)
    side.theirs.add(email)
    side.run()
    side.rows[email] = ("Theirs", "Last", "Here")
    side.write()
    side.settles()
    side.leave(email)
    side.settles()


@each_provider(*BOTH)
def staff_gave_it_just_before_it_came_into_the_segment(world, side):
    side.first()
    email = f"{side.name}99@example.org"
    side.seed(email, on=True)
    side.theirs.add(email)
    side.rows[email] = ("Theirs", "Last", "Here")
    side.write()
    side.settles()
    side.leave(email)
    side.settles()


@each_provider(*BOTH)
def staff_gave_it_again_after_it_was_taken_off(world, side):
    email, other, *_ = side.first()
    side.leave(email)
    side.settles()
    side.act("joined", email)
    side.theirs.add(email)
    side.move(other)
    side.settles()
    side.rows[email] = ("First", "Last", "Here")
    side.write()
    side.settles()
    side.leave(email)
    side.settles()


@each_provider(ConstantContact)
def list_that_had_members_asks_first(world, side):
    """Nothing tells whether a contact that is not on the list has left it: a person decides before the first run."""
    known = list(side.rows)
    side.seed(known[0], known[1], on=True)
    side.seed(known[2], known[3])
    side.act("left", known[1])
    run = side.start()
    shown = side.finish(run, expect=None)
    equal(shown["status"], "held", f"the first run onto a list that had members: {shown.get('reason')}")
    equal("3" in str(shown.get("reason")), True, f"how many contacts are not on the list: {shown.get('reason')}")
    world.ctl("runs", "cancel", str(run))
    world.ctl("export", "edit", side.name, "--existing", "leave")
    side.out = {known[1], known[2], known[3]}
    side.theirs.add(known[0])
    side.settles()
    world.ctl("export", "edit", side.name, "--existing", "add")
    side.act("joined", known[1])  # only that contact knows why it had left
    side.out = set()
    side.theirs.add(known[1])
    side.settles()


@each_provider(Mailchimp)
def archived_when_it_left_the_segment(world, side):
    """Cannot be done now, and stays owed until it is: after staff unarchives the contact, or after a sign-up."""
    first, second, *_ = side.first()
    for email, back in ((first, "unarchive"), (second, "subscribe")):
        side.act("archive", email)
        side.leave(email)
        side.out.add(email)
        run = side.run()
        equal(run["counts"]["removed"], 0, "a removal that was not done")
        side.act(back, email)
        side.out.discard(email)
        side.run()
        side.check()
    side.settles()


@each_provider(Mailchimp)
def archived_and_back_in_the_segment(world, side):
    email, *_ = side.first()
    side.act("archive", email)
    side.out.add(email)
    side.settles()
    side.act("subscribe", email)
    side.out.discard(email)
    side.settles()


@each_provider(Mailchimp)
def another_system_took_the_tag_off(world, side):
    first, second, *_ = side.first()
    side.act("left", first, second)
    side.settles("--full")


@each_provider(Mailchimp)
def renamed_tag_is_the_same_tag(world, side):
    first, *_ = side.first()
    side.change(rename_tag=side.title, to="Renamed")
    side.title = "Renamed"
    side.leave(first)
    side.come(1)
    side.settles()
    tags = world.sandbox.call("GET", f"mailchimp/lists/{side.destination}/members?fields=FNAME", text=True)
    equal("Town\t" in tags or "Town," in tags, False, f"a second tag under the old name: {tags}")


@each_provider(Mailchimp)
def deleted_for_good_and_signed_up_again(world, side):
    first, second, *_ = side.first()
    side.act("forget", first)
    side.out.add(first)
    side.move(second)
    side.settles()
    side.act("subscribe", first)
    side.out.discard(first)
    side.settles()


@each_provider(Mailchimp)
def tag_deleted_while_a_run_was_held(world, side):
    first, *_ = side.first()
    side.move(first)
    meanwhile(side, "held", lambda: side.change(delete_tag=side.title), a_minute=True)
    side.settles()


@each_provider(Mailchimp)
def tag_deleted_between_two_runs(world, side):
    side.first()
    side.change(delete_tag=side.title)
    side.settles()


@each_provider(Mailchimp)
def tag_of_a_dropped_segment_deleted(world, side):
    """The export no longer names the segment, and its tag is gone: later runs do not fail over it."""
    first, *_ = side.first()
    world.ctl("segment", "add", "more", "--source", side.name, "--query", "SELECT email, first_name, last_name, city FROM people", "--title", "More")
    world.ctl("export", "edit", side.name, "--segment", side.name, "--segment", "more")
    world.check_run(side.run(), rejected=0)
    world.ctl("export", "edit", side.name, "--segment", side.name)
    side.change(delete_tag="More")
    side.leave(first)
    side.settles()


@each_provider(*BOTH)
def list_or_audience_keeps_what_two_exports_gave(world, side):
    first, second, *_ = side.first()
    side.export("second", side.name)
    world.check_run(side.run(export="second"), rejected=0)
    world.ctl("export", "remove", side.name)
    side.check()
    side.export(side.name, side.name)
    side.leave(first)
    world.check_run(side.run(), rejected=0)
    world.check_run(side.run(export="second"), rejected=0)
    side.settles()


@each_provider(*BOTH)
def field_deleted_and_made_again(world, side):
    side.first()
    side.field_anew()
    fresh, = side.come(1)
    side.settles()
    equal(side.state()[fresh].values[2], "Here", "the newcomer's value")


@each_provider(*BOTH)
def field_deleted_and_made_again_while_held(world, side):
    first, *_ = side.first()
    side.move(first)
    meanwhile(side, "held", side.field_anew)
    side.settles()


if __name__ == "__main__":
    sys.exit(main(globals()))
