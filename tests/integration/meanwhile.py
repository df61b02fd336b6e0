"""A run that is stopped at one place, and what happens meanwhile."""
from timed_world import Hold, wait_reading

HELD = 7  # exit code: something waits for a person


def hold_run(side):
    """A run that waits until it is approved -> its number"""
    run = side.start("--hold")
    side.finish(run, expect=HELD)
    return run


def meanwhile(side, place, happen, a_minute=False, expect=None, **which):
    """Calls `happen` while a run is at one place: "reading" its source, "held" until it is approved, or at a call of this kind (`which`: as Hold
    takes it). With `a_minute` more time passes there than a look is good for. -> the run's record when it has ended"""
    call = Hold(side, place, **which) if place in side.calls else None
    if place == "reading":
        side.slow()
    run = hold_run(side) if place == "held" else side.start()
    if call:
        call.wait()
    elif place == "reading":
        wait_reading(side)
    happen()
    if a_minute:
        side.world.pass_time()
    if call:
        call.release()
    elif place == "held":
        side.world.ctl("runs", "approve", str(run))
    ended = side.finish(run, expect=expect)
    side.slow(1)
    return ended
