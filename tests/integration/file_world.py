"""A daemon whose definitions are a file."""
import os

from daemon import Failed
from harness import World, equal
from refuse_test import definitions
from rows import people, write_table

FAILED, USAGE, NOT_FOUND, REFUSED, DIFFERS = 1, 2, 5, 6, 7


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
