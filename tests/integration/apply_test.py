#!/usr/bin/env python3
"""All definitions as one file: dumped, compared and applied. All of it or nothing, whatever happens meanwhile; no secret comes out."""
import json
import os
import re
import signal
import subprocess
import sys
import threading

from daemon import Failed
from harness import AUDIENCE, World, equal, main
from refuse_test import definitions
from rows import people, write_table

FAILED, USAGE, NOT_PERMITTED, NOT_FOUND, REFUSED, DIFFERS = 1, 2, 4, 5, 6, 7
NOUNS = ("source", "segment", "connection", "export")


class FileWorld(World):
    """A daemon with some definitions, and the file that they are."""

    def prepare(self):
        write_table(self.path("crm.db"), "good", people(20, self.random))
        write_table(self.path("crm.db"), "more", people(20, self.random, start=1000))
        self.connect()
        self.ctl("source", "add", "crm", "--sqlite", self.path("crm.db"))
        self.ctl("segment", "add", "good", "--source", "crm", "--query", "SELECT *\nFROM good -- '''\n", "--title", "Good \"ones\"")
        self.ctl("segment", "add", "more", "--source", "crm", "--table", "more")
        self.export("first", ["good"], "--hold", "--max-profiles", "5000")
        self.export("second", ["more", "good"], "--schedule", "daily 03:00", "--timezone", "Europe/Berlin")
        self.ctl("schedule", "set", "daily 02:00", "--timezone", "Europe/Berlin")
        with open(self.path("key"), "w", encoding="utf-8") as file:
            file.write(self.key + "\n")
        os.chmod(self.path("key"), 0o600)

    def dump(self):
        return self.ctl("dump").out

    def write(self, text, name="definitions.toml"):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def everything(self):
        """What people defined, and that nothing was done: revisions and audit."""
        shown = [self.ctl(noun, "show", one["name"], "--json").json() for noun in ("export", "connection")
                 for one in self.ctl(noun, "list", "--json").json()]
        return definitions(self), self.ctl("schedule", "show", "--json").json(), self.ctl("audit", "--json").json(), shown

    def untouched(self, code, *words, says=(), stdin=""):
        """Exits with `code`, says so, and changes nothing."""
        before = self.everything()
        answer = self.ctl(*words, expect=code, stdin=stdin)
        for word in says:
            equal(word in answer.text, True, f"{' '.join(words)} says {word!r}: {answer.text}")
        equal(self.everything(), before, f"what is stored after {' '.join(words)}")
        return answer

    def new_connection(self, name="other", key=None, more="consent = true\n"):
        return (f'\n[connection.{name}]\nprovider = "mailchimp"\napi_key = "{key or "file:" + self.path("key")}"\n'
                f'api_base = "{self.sandbox.base}"\nca_file = "{self.sandbox.ca_file}"\n{more}')


def changed(text, *pairs):
    for old, new in pairs:
        if old not in text:
            raise Failed(f"the file has no {old!r}: {text}")
        text = text.replace(old, new, 1)
    return text


def test_a_dump_applied_changes_nothing(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        equal(world.dump(), text, "a second dump")
        before = world.everything()
        for stdin in (text, "# a comment\n" + text.replace("\n[", "\n# another one\n\n[").replace(" = ", "   =  ")):
            equal("nothing to change" in world.ctl("apply", "-", stdin=stdin).out, True, "a dump that is applied")
            equal("no difference" in world.ctl("diff", "-", stdin=stdin).out, True, "the difference of a dump")
            equal("nothing to change" in world.ctl("apply", "-", "--prune", "--yes", stdin=stdin).out, True, "with --prune")
        equal(world.everything(), before, "what is stored")
        equal(world.key in text, False, "a secret in the dump")
        equal("Europe/Berlin" in text and AUDIENCE in text and '"good"' in text, True, f"what a dump has: {text}")
        world.check_no_traces()


def blocks_of(page):
    """The file of the page, and its commands with their answers."""
    file = re.search(r"<!-- file: definitions.toml -->\n\n((?:    .*\n|\n)+)", page)[1]
    examples = re.findall(r"^    \$ (.+)\n((?:    .*\n)*)", page, re.M)
    return re.sub("^    ", "", file.rstrip() + "\n", flags=re.M), [(line, re.sub("^    ", "", text, flags=re.M)) for line, text in examples]


def test_the_example_of_the_page(binaries):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/CONFIG-AS-CODE.md"), encoding="utf-8") as page:
        text, examples = blocks_of(page.read())
    equal(len(examples), 3, "commands of the page")
    with World(binaries) as world:
        write_table(world.path("crm.db"), "customers", people(20, world.random))
        with open(world.path("mailchimp-key"), "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(world.key + "\n")
        # The sandbox in the place of Mailchimp.
        here = f'provider = "mailchimp"\napi_base = "{world.sandbox.base}"\nca_file = "{world.sandbox.ca_file}"\n'
        with open(world.path("definitions.toml"), "w", encoding="utf-8") as file:
            file.write(changed(text, ('provider = "mailchimp"\n', here)).replace("/srv/shop", world.folder))
        for line, shown in examples:
            words = line.replace("definitions.toml", world.path("definitions.toml")).split()[1:]
            done = world.ctl(*words, expect=None)
            said = "\n".join(one for one in done.out.replace(world.folder, "/srv/shop").split("\n") if not re.match(" +(api_base|ca_file) ", one))
            if shown:
                equal(said + f"exit {done.code}\n", shown, f"what the page shows for {line}")
            else:
                equal((done.code, "5 added" in said, "export active-to-shop: next run: 20" in said), (0, True, True), f"{line}: {said}")
        world.check_run(world.ctl.run("active-to-shop"), added=20)
        world.check_no_traces()


def test_a_dump_makes_another_daemon_the_same(binaries):
    with FileWorld(binaries) as world:
        world.ctl("export", "disable", "second")
        text = world.dump()
        with World(binaries) as other:
            refused = other.ctl("apply", "-", stdin=text, expect=USAGE)
            equal("connection.shop: a new connection needs one of api_key" in refused.err, True, f"without the secret: {refused.err}")
            text = changed(text, ('# api_key = "file:/path"', 'api_key = "file:%s"' % world.path("key")))
            said = other.ctl("apply", "-", stdin=text).out
            equal("export first: next run: 20" in said, True, f"when it runs: {said}")
            equal("export second: next run: none: it is disabled" in said, True, f"when it runs: {said}")
            equal(other.ctl("runs", "list", "--json").json(), [], "runs because of a file")
            equal(other.ctl("dump").out, world.dump(), "the other dump")
            equal(other.ctl("connection", "show", "shop", "--json").json()["consent"]["by"] != "", True, "who applies is who consents")
            other.check_no_traces()


def test_each_kind_of_change(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        write_table(world.path("new.db"), "good", people(5, world.random))
        write_table(world.path("new.db"), "more", people(5, world.random, start=50))
        changes = (
            (("[source.crm]\n", '[source.crm]\nbusy_timeout = 7\n'), "source crm", "busy_timeout", 'none -> "7"'),
            ((world.path("crm.db"), world.path("new.db")), "source crm", "sqlite", f'"{world.path("crm.db")}" -> "{world.path("new.db")}"'),
            (('table = "more"', 'query = "SELECT * FROM more"'), "segment more", "query", 'none -> "SELECT * FROM more"'),
            (('table = "more"', 'table = "more"\ntitle = "More"'), "segment more", "title", '"more" -> "More"'),
            (("consent = true", 'title = "The shop"\nconsent = true'), "connection shop", "title", '"shop" -> "The shop"'),
            (("hold = true", "hold = false"), "export first", "hold", "true -> false"),
            (("max_profiles = 5000", "max_profiles = 6000\nenabled = false"), "export first", "enabled", "true -> false"),
            (('segments = ["more", "good"]', 'segments = ["good"]'), "export second", "segments", "[more, good] -> [good]"),
            (('calendar = "daily 02:00"', 'calendar = "daily 04:00"'), "schedule refresh", "calendar", '"daily 02:00" -> "daily 04:00"'))
        for pair, obj, field, words in changes:
            new = changed(text, pair)
            said = world.ctl("diff", "-", stdin=new, expect=DIFFERS).out
            equal(re.search(rf"^~ {obj}$(\n    .*)*\n    {field} +{re.escape(words)}$", said, re.M) is not None, True, f"diff of {field}: {said}")
            equal("1 to change" in said, True, f"diff of {field}: {said}")
            world.ctl("apply", "-", stdin=new)
            equal(world.ctl("audit", "--json").json()[0]["action"], f"apply: {obj.split()[0]} edit", "the audit")
            world.ctl("diff", "-", stdin=new)
            world.ctl("apply", "-", stdin=text)
            equal(world.dump(), text, f"after {field} was changed back")
        # A schedule of its own that comes from a file serves no start of the past.
        equal(world.ctl("runs", "list", "--json").json(), [], "runs because of a file")


def test_secrets_by_reference(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        named = changed(text, ('# api_key = "file:/path"', f'api_key = "file:{world.path("key")}"'))
        world.ctl("diff", world.write(named))  # the same key
        with open(world.path("other-key"), "w", encoding="utf-8") as file:
            file.write("f" * 32 + "-us6")
        wrong = world.write(named.replace(world.path("key"), world.path("other-key")))
        said = world.ctl("diff", wrong, expect=DIFFERS)
        equal("api_key             (another secret)" in said.out, True, f"a secret that differs: {said.out}")
        equal("f" * 32 in said.text, False, "the secret in what diff says")
        answer = world.untouched(FAILED, "apply", wrong, says=["definitions.toml:", "connection.shop"])
        equal("f" * 32 in answer.text, False, "the secret in a refusal")
        inline = world.write(named.replace(f"file:{world.path('key')}", world.key))
        answer = world.untouched(USAGE, "apply", inline, says=["api_key must be a reference"])
        equal(world.key in answer.text, False, "a key that stands in the file itself")
        world.untouched(USAGE, "apply", world.write(text + world.new_connection(key="file:/nonexistent/key")), says=["/nonexistent/key"])
        # By standard input: once, and not beside the file.
        by_input = world.write(text + world.new_connection(key="-"))
        world.ctl("apply", by_input, stdin=world.key)
        world.ctl("connection", "test", "other")
        world.ctl("connection", "remove", "other")
        world.untouched(USAGE, "apply", world.write(text + world.new_connection("a", "-") + world.new_connection("b", "-")),
                        stdin=world.key, says=["standard input too"])
        world.untouched(USAGE, "apply", "-", stdin=text + world.new_connection(key="-"), says=["standard input too"])
        world.check_no_traces()


def test_credentials_of_the_service(binaries):
    with FileWorld(binaries) as world:
        folder = world.path("credentials")
        os.mkdir(folder)
        for name in ("shop-key", "master-key"):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(world.key + "\n")
        text = world.dump()
        asked = text + world.new_connection(key="credential:shop-key")
        world.untouched(NOT_FOUND, "apply", "-", stdin=asked, says=["LoadCredential=shop-key"])
        world.daemon.stop()
        os.rename(os.path.join(folder, "master-key"), world.path("not-the-master-key"))
        world.daemon.environment = {"CREDENTIALS_DIRECTORY": folder}
        world.daemon.start()
        world.untouched(NOT_FOUND, "apply", "-", stdin=text + world.new_connection(key="credential:other"), says=["no credential other"])
        for bad in ("../state/master.key", "master-key", "a/b"):
            world.untouched(USAGE, "apply", "-", stdin=text + world.new_connection(key=f"credential:{bad}"), says=["credential"])
        world.ctl("diff", "-", stdin=asked, expect=DIFFERS)
        world.ctl("apply", "-", stdin=asked)
        world.ctl("connection", "test", "other")
        world.ctl("diff", "-", stdin=asked)
        world.check_no_traces()


def test_one_bad_object_and_nothing_changes(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        good = changed(text, ("hold = true", "hold = false")) + f'\n[source.fine]\nsqlite = "{world.path("crm.db")}"\n'
        bad = {"segment": ('[segment.bad]\nsource = "fine"\ntable = "nothing"\n', NOT_FOUND, "no such table"),
               "source": ('[segment.bad]\nsource = "nothing"\ntable = "good"\n', NOT_FOUND, "there is no source"),
               "kind": ('[segment.bad]\nsource = "fine"\nfile = "x.csv"\n', USAGE, "no segments by --file"),
               "query": ('[segment.bad]\nsource = "fine"\nquery = "DELETE FROM good"\n', USAGE, ""),
               "consent": (world.new_connection("bad", more=""), REFUSED, "consent = true"),
               "account": (world.new_connection("bad", more='consent = true\nallow_users = ["no-such-user"]\n'), NOT_FOUND, "no-such-user"),
               "column": ('[export.bad]\nconnection = "shop"\ndestination = "%s"\nsegments = ["good"]\nemail = "nothing"\n' % AUDIENCE, NOT_FOUND, "nothing"),
               "destination": ('[export.bad]\nconnection = "shop"\ndestination = "0000000000"\nsegments = ["good"]\nemail = "email"\n', NOT_FOUND, "0000000000"),
               "detached": ('[export.bad]\ndestination = "%s"\nsegments = ["good"]\nemail = "email"\n' % AUDIENCE, USAGE, "connection is missing"),
               "zone": ('[export.bad]\nconnection = "shop"\ndestination = "%s"\nsegments = ["good"]\nemail = "email"\nschedule = "daily 02:00"\n'
                        'timezone = "Mars/Olympus"\n' % AUDIENCE, USAGE, "Mars")}
        for name, (piece, code, says) in bad.items():
            file = world.write(good + "\n" + piece)
            line = (good + "\n" + piece).split("\n").index(next(one for one in piece.split("\n") if ".bad]" in one)) + 1
            world.untouched(code, "apply", file, says=[f"definitions.toml:{line}: ", ".bad: ", says])
        # All of them are told at once, each with its line.
        said = world.untouched(NOT_FOUND, "apply", world.write(good + "\n" + bad["source"][0] + bad["destination"][0].replace("bad", "worse")
                                                              .replace('"shop"', '"none"')), says=["segment.bad", "export.worse"])
        equal(len(said.err.strip().split("\n")), 2, f"two problems: {said.err}")
        document = json.loads(world.ctl("apply", world.path("definitions.toml"), "--json", expect=NOT_FOUND).out)
        equal([one["object"] for one in document["problems"]], ["segment.bad", "export.worse"], "the problems as JSON")
        world.ctl("apply", "-", stdin=good)


def test_what_a_file_may_not_do(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        # What the export has delivered stays where it is; what it needs stays in its segments.
        world.check_run(world.ctl.run("second"), added=40)
        world.sandbox.audience("shop", "b1b2c3d4e5", world.fields)
        second = text[text.index("[export.second]"):]
        world.untouched(REFUSED, "apply", "-", stdin=text.replace(second, changed(second, (AUDIENCE, "b1b2c3d4e5"))), says=["has delivered 40 members"])
        world.untouched(NOT_FOUND, "apply", "-", stdin=changed(text, ('table = "more"', 'query = "SELECT email FROM more"')),
                        says=["segment.more", "second: first_name"])
        world.untouched(REFUSED, "apply", "-", stdin=changed(text, ('provider = "mailchimp"', 'provider = "constant-contact"')), says=["connection.shop"])
        # A withdrawn consent is given by a person, not by a file that is applied each night.
        world.ctl("connection", "consent", "shop", "--withdraw")
        world.untouched(REFUSED, "apply", "-", stdin=text, says=["connection consent shop --give"])
        equal("consent = false" in world.dump(), True, "the dump")
        world.ctl("apply", "-", stdin=world.dump())
        world.ctl("connection", "consent", "shop", "--give")
        world.ctl("apply", "-", stdin=changed(text, ("consent = true", "consent = false")))
        equal(world.ctl("connection", "show", "shop", "--json").json()["consent"], None, "a consent that a file withdraws")


def test_plans_of_what_was_edited_expire(binaries):
    with FileWorld(binaries) as world:
        held = world.ctl.run("first", expect=DIFFERS)
        world.ctl("apply", "-", stdin=changed(world.dump(), ("FROM good", "FROM more")))
        world.ctl("runs", "approve", str(held["id"]), expect=REFUSED)
        world.ctl("runs", "follow", str(held["id"]), expect=None)
        equal(world.ctl.show(held["id"])["status"], "cancelled", "a plan from before the file")
        equal(world.sandbox.counters()["writes"], 0, "writes")


def test_prune(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        # Without the second export, and the segment that only it uses.
        second, schedule = text.index("\n[export.second]"), text.index("\n[schedule]")
        more, connection = text.index("\n[segment.more]"), text.index("\n[connection.shop]")
        less = text[:more] + text[connection:second] + text[schedule:]
        file = world.write(less)
        said = world.ctl("diff", file).out
        equal("export second is not in the file" in said and "segment more is not in the file" in said, True, f"what the file lacks: {said}")
        world.untouched(0, "apply", file, says=["nothing to change"])
        said = world.ctl("diff", file, "--prune", expect=DIFFERS).out
        equal("- export second\n- segment more\n" in said, True, f"in reverse: {said}")
        world.untouched(USAGE, "apply", file, "--prune", says=["--yes"])
        # What the commands refuse is refused: an export with a run that is under way.
        world.untouched(NOT_FOUND, "apply", "-", "--prune", "--yes", stdin=text[:more] + text[connection:], says=["export.second", "more"])
        world.ctl("apply", file, "--prune", "--yes")
        equal([one["name"] for noun in NOUNS for one in world.ctl(noun, "list", "--json").json()], ["crm", "good", "shop", "first"], "what is left")
        equal(world.dump(), less, "the dump of what is left")
        world.ctl("apply", "-", "--prune", "--yes", stdin="")
        equal([one for noun in NOUNS for one in world.ctl(noun, "list", "--json").json()], [], "an empty file")
        equal(world.ctl("schedule", "show", "--json").json()["calendar"], None, "and no schedule")
        equal(world.ctl("audit", "--json").json()[0]["action"], "apply: source remove", "the last removal")


def test_prune_of_an_export_under_way(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        less = text[:text.index("\n[export.first]")] + text[text.index("\n[export.second]"):]
        held = world.ctl.run("first", expect=DIFFERS)
        world.ctl("apply", "-", "--prune", "--yes", stdin=less)  # a held run that no person approved blocks nothing
        equal(world.ctl("runs", "approve", str(held["id"]), expect=None).code != 0, True, "its plan")


def test_asks_on_a_terminal(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        file = world.write(text[:text.index("\n[schedule]")])
        for answer, code, kept in (("n\n", FAILED, True), ("\n", FAILED, True), ("y\n", 0, False)):
            master, slave = os.openpty()
            command = [os.path.join(binaries, "daemon", "audiencectl"), "apply", file, "--prune", "--socket", world.daemon.socket]
            with subprocess.Popen(command, stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asked:
                os.write(master, answer.encode())
                out, err = asked.communicate(timeout=60)
            os.close(master)
            os.close(slave)
            equal((asked.returncode, "- schedule refresh" in err and "[y/N]" in err), (code, True), f"{answer!r}: {out}{err}")
            equal(world.ctl("schedule", "show", "--json").json()["calendar"] is not None, kept, f"after {answer!r}")


def test_killed_at_any_moment(binaries):
    """kill -9 while a large file is applied: all of it, or nothing."""
    with FileWorld(binaries) as world:
        text = world.dump()
        whole = text + "".join(f'\n[segment.s{n}]\nsource = "crm"\ntable = "good"\n' for n in range(60))
        before, names = definitions(world), [f"s{n}" for n in range(60)]
        outcomes = set()
        for delay in [0.0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3]:
            applied = threading.Thread(target=lambda: world.ctl("apply", "-", stdin=whole, expect=None))
            applied.start()
            applied.join(delay + 0.05 * world.random.random())
            world.daemon.end(signal.SIGKILL)
            applied.join()
            world.daemon.start()
            there = [one["name"] for one in world.ctl("segment", "list", "--json").json()]
            done = sorted(set(there) - {"good", "more"})
            equal(done in ([], sorted(names)), True, f"half of a file: {len(done)} of 60")
            audit = [one for one in world.ctl("audit", "--limit", "500", "--json").json() if one["action"] == "apply: segment add"]
            equal(len(audit) % 60, 0, "audit rows of half a file")
            outcomes.add(len(done))
            world.ctl("apply", "-", "--prune", "--yes", stdin=text)
            equal(definitions(world), before, "back to the first file")
        print(f"# applied when it was killed: {sorted(outcomes)}")


def test_two_at_once(binaries):
    with FileWorld(binaries) as world:
        text = world.dump()
        files = [changed(text, ("hold = true", "hold = false")) + f'\n[source.s{n}]\nsqlite = "/srv/{n}.db"\n' for n in range(4)]
        codes = [None] * len(files)

        def apply(n):
            codes[n] = world.ctl("apply", "-", stdin=files[n], expect=None).code
        threads = [threading.Thread(target=apply, args=(n,)) for n in range(len(files))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(set(codes) <= {0, REFUSED} and 0 in codes, True, f"each is done as a whole, or refused: {codes}")
        there = {one["name"] for one in world.ctl("source", "list", "--json").json()}
        equal(there - {"crm"}, {f"s{n}" for n, code in enumerate(codes) if code == 0}, "the sources of those that were done")


def test_hostile_files(binaries):
    with FileWorld(binaries) as world:
        dots = ".".join(["a"] * 400_000)
        for text in ("[source.crm", dots + " = 1", f"[{dots}]", "a = " + "[" * 100_000, "[source.x]\nsqlite = \"a\0b\"", "[source.x]\n[source.x]\n",
                     "[source.\"Ä b\"]\n", "source = 1", "[source.x]\n", "[export.x]\nsegments = 1\n", "\x00\x01"):
            world.untouched(USAGE, "apply", "-", stdin=text)
            world.untouched(USAGE, "diff", "-", stdin=text)
        with open(world.path("latin1.toml"), "wb") as file:
            file.write(b"[source.x]\nsqlite = \"/M\xfcller\"\n")
        world.untouched(USAGE, "apply", world.path("latin1.toml"))
        world.untouched(USAGE, "apply", world.write("# " + "x" * (1 << 20)), says=["1 MiB"])
        world.untouched(USAGE, "apply", world.path("nothing.toml"), says=["nothing.toml"])
        world.ctl("status")


if __name__ == "__main__":
    sys.exit(main(globals()))
