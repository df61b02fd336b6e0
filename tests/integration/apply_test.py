#!/usr/bin/env python3
"""All definitions as one file: dumped, compared and applied. No secret comes out."""
import json
import os
import re
import subprocess
import sys

from file_world import DIFFERS, FAILED, FileWorld, NOT_FOUND, USAGE, changed
from harness import AUDIENCE, World, equal, main
from rows import people, write_table

NOUNS = ("source", "segment", "connection", "export")


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


def test_a_default_may_be_written_out(binaries):
    """existing = "ask" was refused for a provider that does not have the option, though it is what holds anyway."""
    with FileWorld(binaries) as world:
        text = world.dump()
        schema = json.loads(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../schema/apply.schema.json"), encoding="utf-8").read())
        defaults = {name: rule["default"] for name, rule in schema["properties"]["export"]["additionalProperties"]["properties"].items() if "default" in rule}
        equal("existing" in defaults and "mode" in defaults, True, f"defaults: {defaults}")
        # A table of the dump ends with an empty line, and what it does not name has its default.
        tables = re.split(r"(?m)(?=^\[)", text)
        for name, value in defaults.items():
            if isinstance(value, dict):
                continue
            written = "".join(re.sub(r"^(\[.*\]\n)", lambda head: f"{head[1]}{name} = {json.dumps(value)}\n", table)
                              if table.startswith("[export.") and not re.search(rf"(?m)^{name} = ", table) else table for table in tables)
            equal(written != text or all(re.search(rf"(?m)^{name} = ", table) for table in tables if table.startswith("[export.")), True, f"{name} is written")
            answer = world.ctl("diff", "-", stdin=written, expect=None)
            equal((answer.code, "no difference" in answer.out), (0, True), f"{name} = {value!r}: {answer.text}")


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
            equal("note: connection:shop: root accepts: Profiles of your customers" in said or os.geteuid() != 0, True, f"the text that is accepted: {said}")
            equal(other.ctl("connection", "show", "shop", "--json").json()["consent"]["current"], True, "who applies is who consents")
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
        # What another title does to the members is said, as `segment edit` says it.
        said = world.ctl("apply", "-", stdin=changed(text, ('table = "more"', 'table = "more"\ntitle = "Newer"'))).out
        equal("note: segment:more: a tag with the old title is not renamed" in said, True, f"a new title: {said}")
        world.ctl("apply", "-", stdin=text)
        # A schedule of its own that comes from a file serves no start of the past.
        equal(world.ctl("runs", "list", "--json").json(), [], "runs because of a file")


def test_a_time_zone_that_is_left_out_has_its_default(binaries):
    with FileWorld(binaries) as world:
        world.ctl("schedule", "set", "daily 02:00", "--timezone", "America/New_York")
        world.ctl("export", "edit", "first", "--schedule", "daily 03:00", "--timezone", "Europe/Berlin")
        text = world.dump()
        without = changed(text, ('timezone = "Europe/Berlin"\n', ""))
        said = world.ctl("diff", "-", stdin=without, expect=DIFFERS).out
        equal('timezone' in said and '"Europe/Berlin" -> "America/New_York"' in said, True, f"diff: {said}")
        world.ctl("apply", "-", stdin=without)
        equal(world.ctl("export", "show", "first", "--json").json()["timezone"], "America/New_York", "the zone")
        world.ctl("diff", "-", stdin=without)


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


if __name__ == "__main__":
    sys.exit(main(globals()))
