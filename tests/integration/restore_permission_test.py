#!/usr/bin/env python3
"""An older state is put back: what was stopped, withdrawn, disabled, detached or removed since needs a person, as before."""
import sys

from harness import equal, main
from meanwhile import meanwhile
from restore_test import backup, restored
from sides import BOTH, ConstantContact, Mailchimp, each_provider

REFUSED = 6


@each_provider(*BOTH)
def what_the_replaced_database_knows_better(world, side):
    """Withdrawn consent, a disabled export and renewed tokens are taken from it."""
    side.first()
    path = backup(world)
    if isinstance(side, ConstantContact):
        world.sandbox.call("POST", "revoke", {"client_id": side.client, "account": side.name, "access_only": True})
    side.move(next(iter(side.rows)))
    world.check_run(side.run(), updated=1)
    world.ctl("connection", "consent", side.name, "--withdraw")
    world.ctl("export", "disable", side.name)
    text = restored(world, path, says=["Withdrawn there", "Disabled or removed there"])
    equal("Newer tokens" in text, isinstance(side, ConstantContact), text)
    world.ctl("run", side.name, expect=6)
    world.ctl("connection", "consent", side.name, "--give")
    world.ctl("export", "enable", side.name)
    world.check_run(side.run(), rejected=0)
    side.check()


@each_provider(*BOTH)
def what_the_replaced_database_stopped(world, side):
    """A detached export, a removed one and a connection that was removed: none runs again without a person."""
    side.first()
    side.export("removed", side.name)
    path = backup(world)
    world.ctl("export", "remove", "removed")
    world.ctl("connection", "remove", side.name, "--detach")
    restored(world, path, says=["Detached from their connections there, and so here: " + side.name, "so disabled here: removed", "the consent of " + side.name])
    fresh = side.come(1)
    for name in (side.name, "removed"):
        world.ctl("run", name, expect=REFUSED)
    equal([email for email in fresh if email in side.state()], [], "who was sent without a connection")
    world.ctl("connection", "consent", side.name, "--give")
    world.ctl("export", "attach", side.name, "--connection", side.name)
    world.check_run(side.run(), added=1, rejected=0)
    side.check()


@each_provider(Mailchimp)
def a_connection_that_stopped_itself(world, side):
    """A contact was subscribed again by a call, so every run stopped: a restored backup does not go on without a person."""
    first, *_ = side.first()
    path = backup(world)
    side.move(first)
    world.sandbox.knobs(mc_archived_on_status_if_new="revived")
    failed = meanwhile(side, "batch", lambda: side.act("archive", first), expect=None)
    equal((failed["status"], side.connection()["state"]), ("failed", "stopped"), f"the run: {failed}")
    world.sandbox.knobs(mc_archived_on_status_if_new="kept")
    why = side.connection()["state_reason"]
    restored(world, path, says=["Stopped there", side.name])
    connection = side.connection()
    equal((connection["state"], connection["state_reason"]), ("stopped", why), f"the connection: {connection}")
    side.come(1)
    world.ctl("run", side.name, expect=REFUSED)


@each_provider(Mailchimp)
def a_connection_that_needs_another_key(world, side):
    """It needs a person before the restore, and so it does afterwards."""
    first, *_ = side.first()
    path = backup(world)
    world.sandbox.call("POST", "revoke", {"api_key": side.key})
    side.move(first)
    side.finish(side.start(), expect=None)
    equal(side.connection()["state"], "needs_sign_in", "the connection")
    restored(world, path, says=["Stopped there, or in need of a person"])
    equal(side.connection()["state"], "needs_sign_in", "the connection after the restore")


if __name__ == "__main__":
    sys.exit(main(globals()))
