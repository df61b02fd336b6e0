#!/usr/bin/env python3
"""A batch is sent and its outcome cannot be stored; a spool file can be neither opened nor removed. Nothing that was sent is forgotten, the cause
is said, and no file with addresses stays."""
import re
import sys

import traces
from harness import NotTested, equal, main
from sides import BOTH, FINAL, each_provider
from strace import Strace
from timed_world import Hold


def alive(world):
    """The daemon may end over it; then it is started, as systemd does."""
    if world.daemon.process.poll() is not None:
        world.daemon.process = None
        world.daemon.start()


def outcome_is_not_stored(world, side, call, when):
    """The run sends all, and then one write fails; meanwhile the segment takes everything back."""
    known = [email for email in side.rows if email not in side.out]
    before = dict(side.rows)
    fresh, *_ = side.come(2)
    side.move(known[0], to=f"{call} {when}")
    side.leave(known[1])
    sent = Hold(side, "batch", apply=True)
    run = side.start()
    sent.wait()
    with Strace(world, call, [f"{call}:error=EIO:when={when}"]) as tracer:
        sent.release()
        ended = world.ctl("runs", "follow", str(run), expect=None)
    alive(world)
    side.rows = before
    side.write()
    side.run(expect=None) if world.ctl.show(run)["status"] in FINAL else side.finish(run, expect=None)
    side.harmless()
    side.settles()
    equal(fresh in side.rows, False, "the newcomer that the segment no longer has")
    return tracer.injected(), ended.text


@each_provider(*BOTH)
def one_eio_while_a_batch_is_settled(world, side):
    side.first()
    struck = 0
    for call in ("fdatasync", "pwrite64"):
        for when in (1, 2, 3):
            struck += outcome_is_not_stored(world, side, call, when)[0]
    equal(struck > 0, True, "calls that were made to fail")


@each_provider(*BOTH)
def full_disk_while_a_batch_is_settled(world, side):
    side.first()
    known = list(side.rows)
    side.come(2)
    side.leave(known[1])
    side.move(known[0])
    sent = Hold(side, "batch", apply=True)
    run = side.start()
    sent.wait()
    with Strace(world, "pwrite64,fdatasync", ["pwrite64:error=ENOSPC"]) as tracer:
        sent.release()
        tracer.wait_injected()
    alive(world)  # there is space again
    world.ctl("runs", "follow", str(run), expect=None)
    side.leave(known[2])
    side.run(expect=None)
    side.settles()


def spool_files(world, side):
    """-> the names that the next run's spool files will have, from a run that is watched"""
    side.move(next(iter(side.rows)), to="Watched")
    with Strace(world, "openat,unlink,unlinkat") as tracer:
        run = side.run()
    seen = [path for path in tracer.paths("spool") if re.search(rf"\b{run['id']}\b", path.rsplit("/", 1)[-1])]
    if not seen:
        raise NotTested("spool files that fail, since no file of the spool is named after its run")
    folder = world.daemon.state + "/spool/"
    return [re.sub(rf"\b{run['id']}\b", str(run["id"] + 1), folder + path.rsplit("/", 1)[-1]) for path in seen]


@each_provider(*BOTH)
def spool_cannot_be_opened_once(world, side):
    side.first()
    for error in ("EMFILE", "EIO"):
        paths = spool_files(world, side)
        side.move(next(iter(side.rows)), to=error)
        with Strace(world, "openat", [f"openat:error={error}:when=1"], paths) as tracer:
            run = side.start()
            world.ctl("runs", "follow", str(run), expect=None)
        equal(tracer.injected() > 0, True, "files that could not be opened")
        shown = world.ctl.show(run)
        if shown["status"] not in ("succeeded", "completed_with_rejects"):
            why = f"{shown.get('reason')} {shown.get('error')}"
            equal("spool" in why and ("open files" in why or "nput/output" in why), True, f"the cause is said: {why}")
        alive(world)
        side.settles()


@each_provider(*BOTH)
def spool_cannot_be_removed_once(world, side):
    """The file goes later; addresses do not stay on the disk."""
    side.first()
    paths = spool_files(world, side)
    side.move(next(iter(side.rows)))
    with Strace(world, "unlink,unlinkat", ["unlink,unlinkat:error=EIO:when=1"], paths) as tracer:
        side.run(expect=None)
    equal(tracer.injected() > 0, True, "files that could not be removed")
    side.settles()
    left = [name for name in traces.files_of(world.daemon.state) if "spool/" in name]
    equal(left, [], "spool files after the next run")


if __name__ == "__main__":
    sys.exit(main(globals()))
