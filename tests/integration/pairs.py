"""Every event at every moment of a run, generated: what may happen to a run or to one of its members, times where the run is just then. After each
pair no call did harm, the counts add up, and the next run makes everything exact."""
import concurrent.futures
import dataclasses
import time

from daemon import Failed, adds_up
from harness import equal
from sides import FINAL, ConstantContact, Mailchimp
from timed_world import Hold, wait_reading

HELD = 7


@dataclasses.dataclass
class Pair:
    """A destination of its own with a run that changes one member, removes one and adds one."""
    world: object
    side: object
    run: int = 0
    release: object = None

    def __post_init__(self):
        self.known = self.side.first()
        self.victim = self.known[0]

    def change(self):
        self.side.leave(self.known[1])
        self.side.move(self.victim, self.known[2])
        self.side.come(1)

    def hold(self, kind, apply, skip=0):
        one = Hold(self.side, kind, apply, skip)
        self.run = self.side.start()
        one.wait(timeout=10)
        self.release = one.release


# --- where the run is ---

def planning(pair):
    pair.side.slow(4_000_000)
    pair.run = pair.side.start()
    wait_reading(pair.side)
    pair.release = lambda: None


def held(pair):
    pair.run = pair.side.start("--hold")
    pair.side.finish(pair.run, expect=HELD)
    pair.release = lambda: pair.world.ctl("runs", "approve", str(pair.run), expect=None)


def looks_before_the_batch(pair):
    """How many looks there are in a run of this kind, from one that nothing happens to."""
    pair.world.sandbox.reset_counters()
    pair.change()
    pair.side.run()
    first = pair.side.log("batch")[0]["n"]
    return len([line for line in pair.side.log("look") if line["n"] < first])


def before_a_batch(pair):
    """The answer of the last look before the batch is on its way, and more than a minute passes."""
    pair.hold("look", True, pair.world.looks[type(pair.side)] - 1)


def batch_under_way(pair):
    pair.hold("batch", False)


def job_under_way(pair):
    pair.side.hold_jobs()
    pair.hold("poll", False)
    answered = pair.release

    def release():
        answered()
        pair.side.hold_jobs(False)
    pair.release = release


def between_upsert_and_tag(pair):
    pair.hold("tag", False)


def settling(pair):
    pair.hold("poll" if isinstance(pair.side, ConstantContact) else "tag", True)


PHASES = {Mailchimp: (planning, held, before_a_batch, batch_under_way, between_upsert_and_tag, settling),
          ConstantContact: (planning, held, before_a_batch, batch_under_way, job_under_way, settling)}
A_MINUTE_PASSES = (planning, held, before_a_batch)  # after the event, and before the run goes on


# --- what happens; each may give what is to be done when the run has ended ---

def cancel(pair):
    pair.world.ctl("runs", "cancel", str(pair.run), expect=None)


def kill(pair):
    pair.world.daemon.kill()
    pair.world.sandbox.faults([])
    pair.world.daemon.start()


def network_away(pair):
    pair.world.sandbox.call("POST", "faults", {"append": True, "rules": [
        {"name": "away", "client": pair.side.client, "path": "^/", "next": 2, "action": "reset_before"}]})


def export_edited(pair):
    pair.world.ctl("export", "edit", pair.side.name, *pair.side.maps("last_name"))
    return lambda: pair.world.ctl("export", "edit", pair.side.name, *pair.side.maps())


def consent_withdrawn(pair):
    pair.world.ctl("connection", "consent", pair.side.name, "--withdraw")
    return lambda: pair.world.ctl("connection", "consent", pair.side.name, "--give")


def connection_detached(pair):
    pair.world.ctl("connection", "remove", pair.side.name, "--detach")

    def attach():
        pair.side.connect(f"{pair.side.name}-again")
        pair.world.ctl("export", "attach", pair.side.name, "--connection", f"{pair.side.name}-again")
    return attach


def address_changed(pair):
    pair.side.act("rename", pair.victim, to=f"new-{pair.victim}")
    pair.side.out.add(pair.victim)
    pair.side.theirs.add(f"new-{pair.victim}")


def archived(pair):
    pair.side.act("archive", pair.victim)
    pair.side.out.add(pair.victim)


def left_list(pair):
    """At Mailchimp another system takes the tag off, which no person asked for: a full run gives it again."""
    if isinstance(pair.side, ConstantContact):
        pair.side.out.add(pair.victim)
    elif not pair.side.state()[pair.victim].on:
        return
    pair.side.act("left", pair.victim)


def unsubscribed(pair):
    pair.side.act("unsubscribe", pair.victim)
    pair.side.out.add(pair.victim)


def field_deleted(pair):
    pair.side.change(delete_field=pair.side.city_field.split(":")[-1])
    return lambda: pair.side.change(make_field="CITY" if isinstance(pair.side, Mailchimp) else "Town")


def tag_deleted(pair):
    pair.side.change(delete_tag=pair.side.title)


EVENTS = (cancel, kill, network_away, export_edited, consent_withdrawn, connection_detached, address_changed, archived, left_list, unsubscribed,
          field_deleted, tag_deleted)


def waves(kind):
    """All events of one moment happen at the same time, each to a run of its own; a kill is one of all runs, whatever they do."""
    others = [event for event in EVENTS if event is not kill and (event is not tag_deleted or kind is Mailchimp)]
    return [[(phase, event) for event in others] for phase in PHASES[kind]] + [[(phase, kill) for phase in PHASES[kind]]]


class Wave:
    def __init__(self, world, kind, number, chosen):
        self.world, self.broken, self.windows = world, {}, {}
        self.names = [f"{chr(97 + number)}{chr(97 + n)}" for n in range(len(chosen))]
        self.chosen, self.pairs, self.kind = chosen, {}, kind
        self.recoveries = {}

    def each(self, *works, at_once=True):
        """Does these for all pairs that hold so far."""
        def one(n):
            try:
                for work in works:
                    work(n, *self.chosen[n])
            except (Failed, RuntimeError) as error:
                self.broken.setdefault(n, " / ".join(str(error).split("\n")[:4])[:300])
        alive = [n for n in range(len(self.chosen)) if n not in self.broken]
        with concurrent.futures.ThreadPoolExecutor(len(self.chosen) if at_once else 1) as pool:
            list(pool.map(one, alive))

    def furnish(self, n, *_):
        self.pairs[n] = Pair(self.world, self.kind(self.world, self.names[n]))
        self.pairs[n].change()

    def begin(self, n, phase, _):
        phase(self.pairs[n])

    def happen(self, n, _, event):
        if event is not kill:
            self.recoveries[n] = event(self.pairs[n])

    def pass_a_minute(self, _, phase, event):
        if phase is planning and event is not kill:
            self.world.pass_time()

    def end(self, n, *_):
        pair = self.pairs[n]
        pair.release()
        pair.side.finish(pair.run, expect=None)
        ended = self.world.ctl.show(pair.run)
        equal(adds_up(ended) or ended["status"] not in FINAL, True, f"the counts of a run that ended {ended['status']} add up: {ended['counts']}")

    def settle(self, n, *_):
        pair, side = self.pairs[n], self.pairs[n].side
        side.harmless()
        if self.recoveries.get(n):
            self.recoveries[n]()
        side.slow(1)
        self.windows[n] = sum(one["in_window"] for one in side.incidents())
        if self.windows[n]:
            side.unsure |= {pair.victim, f"new-{pair.victim}"}
            self.world.ctl("connection", "consent", side.name, "--give", expect=None)  # it stopped itself, and said why
        side.settles("--full")

    def tidy(self):
        for n, pair in self.pairs.items():
            if pair.run and n in self.broken:
                self.world.ctl("runs", "cancel", str(pair.run), expect=None)
        self.world.sandbox.faults([])

    def play(self):
        self.each(self.furnish)
        # A source is read only for so long: what happens meanwhile must happen at once.
        self.each(self.begin, self.happen, self.pass_a_minute, at_once=self.chosen[0][0] is not planning or self.chosen[0][1] is kill)
        if self.chosen[0][1] is kill:
            kill(next(iter(self.pairs.values())))
        elif self.chosen[0][0] in A_MINUTE_PASSES:
            self.world.pass_time()
        self.each(self.end)
        self.world.sandbox.faults([])
        self.each(self.settle)
        self.tidy()

    def table(self):
        for n, (phase, event) in enumerate(self.chosen):
            exact = "exact" if not self.windows.get(n) else f"exact; {self.windows[n]} overridden by a call that could not know"
            print(f"{phase.__name__:24}{event.__name__:22}{self.broken.get(n) and 'BROKEN: ' + self.broken[n] or exact}", flush=True)


def play_all(world, kind):
    """Prints a table -> how many pairs broke a rule."""
    world.looks, broken, begun = {}, 0, time.monotonic()
    world.sandbox.knobs(mc_archived_on_status_if_new="revived")
    measured = Pair(world, kind(world, "measured"))
    world.looks[kind] = looks_before_the_batch(measured)
    for number, chosen in enumerate(waves(kind)):
        wave = Wave(world, kind, number, chosen)
        wave.play()
        wave.table()
        broken += len(wave.broken)
    print(f"{kind.provider}: {sum(map(len, waves(kind)))} pairs, {broken} broken, {time.monotonic() - begun:.0f} s", flush=True)
    if not broken:
        world.check_nobody_harmed()
    return broken
