#!/usr/bin/env python3
"""A segment is edited while exports use it: what they need of it is checked, plans that were made before are not delivered, a new title gives a
new tag and renames none. A copy of an export begins with nothing, and does not run before it is enabled."""
import sys

from harness import equal, main
from meanwhile import hold_run, meanwhile
from sides import BOTH, ConstantContact, Mailchimp, QUERY, each_provider

NOT_FOUND, REFUSED = 5, 6
ONE_LESS = QUERY.replace(" ORDER BY", " AND id > 1 ORDER BY")


def edit(world, side, *words, expect=0):
    return world.ctl("segment", "edit", side.name, *words, expect=expect)


def without_the_first(side):
    """What `side` expects once the query leaves its first row out."""
    first = next(iter(side.rows))
    del side.rows[first]  # the file keeps the row
    return first


@each_provider(*BOTH)
def query_that_an_export_cannot_use(world, side):
    side.first()
    second = side.export("second", side.name, "--key", "email_key", expect=None)
    equal(second.code, NOT_FOUND, "an export with a key that is not there")
    side.export("other", side.name)
    refused = edit(world, side, "--query", "SELECT email, first_name, city AS town FROM people", expect=NOT_FOUND)
    for words in (f"{side.name}: last_name, city", "other: last_name, city", "email, first_name, town"):
        equal(words in refused.err, True, f"the refusal says {words}: {refused.err}")
    edit(world, side, "--query", "DELETE FROM people", expect=2)
    edit(world, side, "--query", "SELECT email, first_name, last_name, city, 1 AS more FROM people")
    side.settles()


@each_provider(*BOTH)
def query_edited_under_way(world, side):
    """The batch under way is the last one of the plan that was made before; then the run plans anew, by the new query."""
    side.first()
    side.come(2)
    side.move(*list(side.rows)[:3])
    run = meanwhile(side, "batch", lambda: edit(world, side, "--query", ONE_LESS), expect=0)
    counts = run["counts"]
    equal(counts["read"], sum(value for name, value in counts.items() if name not in ("read", "removed")), f"the counts add up: {counts}")
    without_the_first(side)
    side.check()
    side.settles()


@each_provider(*BOTH)
def plan_held_before_the_edit_expires(world, side):
    side.first()
    side.move(*list(side.rows)[1:2])
    run = hold_run(side)
    edit(world, side, "--query", ONE_LESS)
    world.sandbox.reset_counters()
    equal(world.ctl("runs", "approve", str(run), expect=None).code, REFUSED, "approval of a plan of the old query")
    world.ctl("runs", "follow", str(run), expect=None)
    equal(world.ctl.show(run)["status"], "cancelled", "the held run")
    equal(world.sandbox.counters()["writes"], 0, "writes of the held run")
    without_the_first(side)
    side.settles()


def tags_of(world, side):
    lines = world.sandbox.call("GET", f"mailchimp/lists/{side.destination}/members?fields=FNAME", text=True)
    return {line.split("\t")[0]: set(filter(None, line.split("\t")[2].split(","))) for line in lines.split("\n") if line}


@each_provider(Mailchimp)
def new_title_is_a_new_tag(world, side):
    first, theirs, *_ = side.first()
    side.seed("staff@example.org", on=True)
    said = edit(world, side, "--title", "Buyers")
    equal("not renamed" in said.out, True, f"what an edit of the title says: {said.out}")
    old, side.title = side.title, "Buyers"
    side.leave(theirs)
    side.settles()
    tags = tags_of(world, side)
    equal(tags.pop("staff@example.org"), {old}, "a member that staff put there")
    equal(tags.pop(theirs), set(), "a member that left the segment")
    equal(set(map(frozenset, tags.values())), {frozenset({"Buyers"})}, f"the others have the new tag alone: {tags}")
    world.ctl("segment", "edit", side.name, "--title", old)
    side.title = old
    side.theirs.add("staff@example.org")
    side.settles()
    equal({first, "staff@example.org"} <= {email for email, has in tags_of(world, side).items() if has == {old}}, True, "and back again")


@each_provider(Mailchimp)
def tag_and_title_renamed_alike(world, side):
    """Staff renames the tag at the provider, and the title follows: it stays the same tag, and no member loses it."""
    side.first()
    side.change(rename_tag=side.title, to="Buyers")
    edit(world, side, "--title", "Buyers")
    side.title = "Buyers"
    world.sandbox.reset_counters()
    run = side.run()
    side.check()
    world.check_run(run, added=0, updated=0, removed=0, rejected=0)
    equal(world.sandbox.counters()["writes"], 0, "writes for a title that the tag has already")
    side.leave(next(iter(side.rows)))
    side.settles()


@each_provider(ConstantContact)
def new_title_changes_nothing_on_a_list(world, side):
    side.first()
    edit(world, side, "--title", "Buyers")
    world.sandbox.reset_counters()
    world.check_run(side.run(), added=0, updated=0, removed=0, rejected=0)
    equal(world.sandbox.counters()["writes"], 0, "writes for a title")


@each_provider(*BOTH)
def copy_begins_with_nothing(world, side):
    """A copy is not run by a refresh before it is enabled; it has delivered nothing, holds no member, and may go elsewhere."""
    first, *_ = side.first()
    world.ctl("schedule", "set", "daily 02:00", "--timezone", "UTC")
    world.ctl("export", "edit", side.name, "--schedule", "refresh")
    said = world.ctl("export", "duplicate", side.name, "copy")
    equal("export enable copy" in said.out, True, f"what tells how to go on: {said.out}")
    copy = world.ctl("export", "show", "copy", "--json").json()
    equal((copy["enabled"], copy["next_run"], copy["last_run"]), (False, None, None), "the copy")
    refreshed = world.ctl("refresh", "--json").json()
    equal([run["export"] for run in refreshed["runs"]], [side.name], "what a refresh runs")
    side.finish(refreshed["runs"][0]["id"])
    equal(world.ctl("run", "copy", expect=None).code, REFUSED, "a run of the copy")
    world.ctl("export", "edit", "copy", "--title", "Copy")
    equal(world.ctl("run", "copy", expect=None).code, REFUSED, "a run of the copy after an edit of its title")
    # It never delivered: its destination may change. And what it does not hold it does not take.
    world.ctl("export", "enable", "copy")
    world.check_run(side.run(export="copy"), removed=0, rejected=0)
    side.leave(first)
    world.check_run(side.run(export="copy"), rejected=0)
    equal(side.state()[first].on, True, "a member that the first export still holds")
    side.settles()


if __name__ == "__main__":
    sys.exit(main(globals()))
