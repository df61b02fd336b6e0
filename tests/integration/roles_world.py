"""A daemon with something of each kind on a connection that one user may use and on one that the user may not, and real Unix users of each
role. What must not be read is planted where a careless answer would show it."""
import os
import re
import shutil
import subprocess
import time

from daemon import Answer, Failed
from harness import World
from rows import people, write_table

GROUPS = {"administrators": "adm", "contributors": "staff", "viewers": "users"}
MAY_CONNECT = "dialout"
LOCAL_USERS = {  # a heading of the page: (user, groups)
    "administrator": ("bin", ["adm"]),
    "contributor": ("daemon", ["staff"]),
    "contributor without a connection": ("games", ["staff"]),
    "viewer": ("www-data", ["users"]),
    "no role": ("mail", []),
}
FOLDER = os.path.join("pathneedle one", "leakyblank two")  # a mask that ends at a blank leaves the rest
PATH_NEEDLES = ["pathneedle", "leakyblank", "caneedle"]
SQL = "SELECT email, first_name, last_name, city FROM customers WHERE city <> 'sqlneedle'"
VALUE = "Valueneedle"
OWN = {"connection": "shop", "export": "spring", "segment": "active"}
REFUSED = {"connection": "lostkey", "export": "adrift", "segment": "active"}  # may be used, but the provider refuses its key
FOREIGN = {"connection": "westwing", "export": "westmail", "segment": "westseg"}
TWIN = {"connection": "westtwin", "export": "westdouble", "segment": "westpeople"}  # another's, and feeds the same audience as spring
TWIN_TITLES = {"connection": "West Twin", "export": "West Doubles", "segment": "Westfolk"}
FOREIGN_TITLES = {"connection": "West Gallery", "export": "West Letters", "segment": "Westlings"}


class Shop(World):
    """`daemon` may use the connections shop and lostkey; no contributor may use westwing."""

    def __init__(self, binaries):
        super().__init__(binaries)
        self.folder_of_data = self.path(FOLDER)
        self.west_key, self.lost_key = ("%032x-us6" % self.random.getrandbits(128) for _ in range(2))
        self.daemon.config = self.path("audienced.toml")
        with open(self.daemon.config, "w", encoding="ascii") as file:
            file.write("[roles]\n" + "".join(f'{role} = ["{group}"]\n' for role, group in GROUPS.items()))
        self.runs = {}  # what a run is for -> its number

    def prepare(self):
        os.chmod(self.folder, 0o755)
        self.program = shutil.copy(self.ctl.program, self.folder)
        shutil.chown(self.daemon.socket, group=MAY_CONNECT)
        os.makedirs(self.folder_of_data)
        self.ca_file = os.path.join(self.folder_of_data, "caneedle leakyblank.pem")
        shutil.copy(self.sandbox.ca_file, self.ca_file)
        self.open_folder = self.path("open")  # where each user may write
        os.mkdir(self.open_folder)
        os.chmod(self.open_folder, 0o1777)
        for account, key, audience, name in (("west", self.west_key, "westlist01", "Westerners"), ("lost", self.lost_key, "lostlist01", "Lost")):
            self.sandbox.account(account, key)
            self.sandbox.call("POST", "mailchimp/lists", {"account": account, "id": audience, "name": name, "no_default_fields": True, "merge_fields": list(self.fields)})
        self.customers = [(email, first, VALUE, VALUE) for email, first, _, _ in people(30, self.random)]
        self.customers += [(f".{VALUE.lower()}@example.org", "Dot", VALUE, VALUE), (f"{VALUE.lower()}@@example", "None", VALUE, VALUE)]
        for name in ("crm", "west"):
            write_table(self.data(name), "customers", self.customers)
        self.furnish("shop", "crm", self.key, OWN, {"connection": "Shop", "export": "Spring letters", "segment": "Active customers"}, "a1b2c3d4e5")
        self.furnish("westwing", "westsource", self.west_key, FOREIGN, FOREIGN_TITLES, "westlist01", source_file="west")
        self.furnish("westtwin", "westtwinsource", self.key, TWIN, TWIN_TITLES, "a1b2c3d4e5", source_file="west")
        self.ctl("connection", "add", "lostkey", "--provider", "mailchimp", "--consent", "--api-key-file", "-", "--api-base", self.sandbox.base, "--ca-file",
                 self.sandbox.ca_file, stdin=self.lost_key + "\n")
        self.add_export("adrift", "lostkey", "lostlist01", "active")
        for connection in ("shop", "lostkey"):
            self.ctl("connection", "edit", connection, "--allow-user", LOCAL_USERS["contributor"][0])
        self.ctl("segment", "add", "unused", "--source", "crm", "--table", "customers")
        self.ctl("schedule", "set", "daily 02:00", "--timezone", "UTC")
        for who in ("administrator", "contributor"):
            self.spare(who)
        self.deliver("spring", "own", "crm")
        self.deliver("westmail", "foreign", "west")
        self.runs["foreign, twin"] = self.ctl.run("westdouble", expect=None)["id"]
        self.sandbox.call("POST", "revoke", {"api_key": self.lost_key})
        self.runs["refused"] = self.ctl.run("adrift", expect=None)["id"]

    def data(self, name):
        return os.path.join(self.folder_of_data, f"{name}.db")

    def furnish(self, connection, source, key, names, titles, destination, source_file=None):
        self.ctl("source", "add", source, "--sqlite", self.data(source_file or source))
        self.ctl("segment", "add", names["segment"], "--source", source, "--query", SQL, "--title", titles["segment"])
        self.ctl("connection", "add", connection, "--title", titles["connection"], "--provider", "mailchimp", "--consent", "--api-key-file", "-",
                 "--api-base", self.sandbox.base, "--ca-file", self.ca_file, stdin=key + "\n")
        self.add_export(names["export"], connection, destination, names["segment"], "--title", titles["export"])

    def add_export(self, name, connection, destination, segment, *words, expect=0):
        self.ctl("export", "add", name, "--connection", connection, "--destination", destination, "--segment", segment, "--email", "email",
                 "--map", "first_name=first_name", "--map", "city=CITY", "--min-profiles", "0", *words, expect=expect)

    def spare(self, who):
        """What a caller of this kind may change or remove without taking it from the others."""
        self.add_export(self.spare_name(who), "shop", "a1b2c3d4e5", "active", expect=None)

    @staticmethod
    def spare_name(who):
        return "spare-" + who.split()[0]

    def deliver(self, export, whose, source):
        """Runs that ended well, that are held, and that could not read the source."""
        self.runs[f"{whose}, delivered"] = self.ctl.run(export, expect=None)["id"]
        write_table(self.data(source), "customers", self.customers[5:])
        self.ctl("run", export, "--hold", "--follow", expect=7)
        self.runs[f"{whose}, held"] = self.ctl.runs(export)[0]["id"]
        os.rename(self.data(source), self.data(source) + ".away")
        self.runs[f"{whose}, unreadable"] = self.ctl.run(export, expect=None)["id"]
        os.rename(self.data(source) + ".away", self.data(source))
        write_table(self.data(source), "customers", self.customers[3:])
        self.ctl("run", export, "--hold", "--follow", expect=7)
        self.runs[f"{whose}, held"] = self.ctl.runs(export)[0]["id"]

    def break_sources(self):
        for name in ("crm", "west"):
            os.rename(self.data(name), self.data(name) + ".away")

    def mend_sources(self):
        for name in ("crm", "west"):
            os.rename(self.data(name) + ".away", self.data(name))

    def restart(self):
        self.daemon.stop()
        self.daemon.start()
        shutil.chown(self.daemon.socket, group=MAY_CONNECT)

    def lose_ca_file(self):
        """No provider can be reached, and the errors say why."""
        os.rename(self.ca_file, self.ca_file + ".away")
        self.restart()
        self.begin_waiting("spring", "own, without the CA file")

    def lose_provider(self):
        """Nothing answers; runs wait for it."""
        if not os.path.exists(self.ca_file):
            os.rename(self.ca_file + ".away", self.ca_file)
        self.sandbox.stop()
        self.restart()
        self.begin_waiting("spring", "own, waiting")
        self.begin_waiting("westmail", "foreign, waiting")

    def begin_waiting(self, export, run):
        """A run that says what it waits for, or why it failed."""
        self.ctl("run", export)
        self.runs[run] = self.ctl.runs(export)[0]["id"]
        until = time.monotonic() + 60
        while (shown := self.ctl.show(self.runs[run]))["status"] in ("queued", "planning"):
            if ((shown.get("progress") or {}).get("waiting_for") or "").strip():
                return
            if time.monotonic() > until:
                raise Failed(f"the run waits for nothing: {shown}")
            time.sleep(0.1)

    def as_user(self, who, argv, stdin=""):
        user, groups = LOCAL_USERS[who]
        words = ["setpriv", f"--reuid={user}", f"--regid={MAY_CONNECT}", f"--groups={','.join([MAY_CONNECT, *groups])}", "--", *argv]
        try:
            done = subprocess.run(words, input=stdin, capture_output=True, text=True, errors="replace", timeout=120, check=False, cwd="/",
                                  env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"})
        except subprocess.TimeoutExpired:
            raise Failed(f"{who}: {' '.join(argv)} did not end") from None
        return Answer(argv, done)

    def ask(self, who, *words, stdin=""):
        return self.as_user(who, [self.program, *words, "--socket", self.daemon.socket], stdin)

    def stream(self, who, path):
        """The process that reads it."""
        user, groups = LOCAL_USERS[who]
        argv = ["setpriv", f"--reuid={user}", f"--regid={MAY_CONNECT}", f"--groups={','.join([MAY_CONNECT, *groups])}", "--", "curl", "-sSN", "--unix-socket",
                self.daemon.socket, f"http://localhost{path}"]
        return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd="/")

    def get(self, who, path):
        """The raw answer of the socket; a stream is cut after a second."""
        limit = ["--max-time", "2"] if path.endswith("/events") else []
        return self.as_user(who, ["curl", "-sS", *limit, "--unix-socket", self.daemon.socket, "-w", "\n%{http_code}", f"http://localhost{path}"])

    def finds(self, who, text, typed=()):
        """What the text holds that this user must not read -> names of it. `typed`: words of the caller's own, which an error may repeat."""
        for word in sorted(set(typed), key=len, reverse=True):
            text = re.sub(rf"\b{re.escape(word)}\b", "", text)
        needles = {"a secret": [self.key, self.west_key, self.lost_key], "an address": [row[0] for row in self.customers]}
        if who != "administrator":
            needles |= {"SQL": ["sqlneedle", "SELECT ", "customers WHERE"], "a path": [*PATH_NEEDLES, self.daemon.state],
                        "a setting of a connection": [self.sandbox.base, self.sandbox.base.removeprefix("https://")],
                        "why a connection cannot be used": ["API Key Invalid", "--api-key-file FILE"]}
        if who in ("viewer", "no role"):
            needles["a value"] = [VALUE, VALUE.lower()]
        if who.startswith("contributor") or who == "no role":
            needles["what is another's"] = [*FOREIGN.values(), *FOREIGN_TITLES.values(), *TWIN.values(), *TWIN_TITLES.values(), "westsource", "westtwinsource", "westlist01", "Westerners"]
        if who in ("contributor without a connection", "no role"):
            needles["what no connection of the user has"] = ["Spring letters", "Active customers", "a1b2c3d4e5"]
        found = []
        if who.startswith("contributor") or who == "no role":
            foreign = {str(number) for run, number in self.runs.items() if run.startswith("foreign")} - set(typed)
            numbers = set(re.findall(r'(?:\brun |"(?:run|since_run|delivered_by_run)": ?)(\d+)\b', text))
            found = [f"a run of another's ({number})" for number in sorted(numbers & foreign)]
        return found + [f"{kind} ({needle})" for kind, some in needles.items() for needle in some if needle in text]
