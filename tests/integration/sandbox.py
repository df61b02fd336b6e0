"""audience-sandbox as a process, and its control API (tests/sandbox/README.md)."""
import json
import os
import ssl
import subprocess
import time
import urllib.error
import urllib.request


class Sandbox:
    def __init__(self, binaries, folder, port=0):
        self.program = os.path.join(binaries, "tests", "sandbox", "audience-sandbox")
        self.folder, self.port = folder, port
        self.process = None

    def start(self, *words):
        os.makedirs(self.folder, exist_ok=True)
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen([self.program, "--dir", self.folder, "--port", str(self.port), *words],
                                        stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL)
        line = self.process.stdout.readline()  # it says its address when it listens
        if not line:
            raise RuntimeError(f"audience-sandbox ended with {self.process.wait()}")
        with open(os.path.join(self.folder, "address"), encoding="ascii") as file:
            address = file.read().strip()
        self.base = address if "://" in address else f"https://{address}"
        self.ca_file = os.path.join(self.folder, "ca.pem")
        self.tls = ssl.create_default_context(cafile=self.ca_file)
        return self

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            self.log.close()
            self.process = None

    def call(self, method, path, body=None, text=False):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}/sandbox/{path}", data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, context=self.tls, timeout=300) as answer:
                content = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} /sandbox/{path}: {error.code} {error.read().decode(errors='replace')[:500]}") from None
        return content if text else (json.loads(content) if content.strip() else None)

    # --- the world that the provider holds ---

    def account(self, name, key):
        self.call("POST", "mailchimp/accounts", {"name": name, "dc": key.rsplit("-", 1)[1], "api_key": key})

    def audience(self, account, identity, fields):
        self.call("POST", "mailchimp/lists", {"account": account, "id": identity, "name": "Customers", "no_default_fields": True,
                                              "merge_fields": list(fields)})
        self.fields = ",".join(fields)

    def seed(self, audience, members):
        lines = "\n".join(json.dumps(member) for member in members)
        self.call("POST", f"mailchimp/lists/{audience}/seed", lines.encode())

    def act(self, audience, what, emails, **more):
        """As people: unsubscribe, bounce, complain, confirm, archive, forget, subscribe ..."""
        self.call("POST", f"mailchimp/lists/{audience}/act", {"act": what, "emails": list(emails), **more})

    def dump(self, audience):
        """-> {address: (status, {tags}, (values in the order of the audience's fields))}"""
        members = {}
        for line in self.call("GET", f"mailchimp/lists/{audience}/members?fields={self.fields}", text=True).split("\n"):
            if line:
                address, status, tags, *values = line.split("\t")
                members[address] = (status, frozenset(filter(None, tags.split(","))), tuple(values))
        return members

    # --- Constant Contact's world ---

    def contact_list(self, account, identity, client_id, custom_fields=()):
        """An account with one list and an application that may reach it; gives the token answer that signing in would."""
        self.call("POST", "constant-contact/accounts", {"name": account, "custom_fields": list(custom_fields)})
        self.call("POST", f"constant-contact/accounts/{account}/lists", {"id": identity, "name": "Customers"})
        self.call("POST", "apps", {"client_id": client_id, "provider": "constant_contact", "account": account})
        return self.call("POST", "tokens", {"client_id": client_id, "account": account, "scope": "contact_data account_read offline_access"})

    def dump_list(self, account, identity="", fields=("first_name", "last_name")):
        """-> {address: (permission, value of each field ...)} of the members of a list, or of all contacts in the account"""
        members = {}
        where = f"constant-contact/accounts/{account}/contacts?list={identity}&fields={','.join(fields)}"
        for line in self.call("GET", where, text=True).split("\n"):
            if line:
                address, permission, _, *values = line.split("\t")
                members[address] = (permission, *values)
        return members

    def seed_contacts(self, account, contacts):
        lines = "\n".join(json.dumps(contact) for contact in contacts)
        self.call("POST", f"constant-contact/accounts/{account}/seed", lines.encode())

    def act_contacts(self, account, what, emails, **more):
        """As people: unsubscribe, leave_list (list=), join_list, subscribe, delete, hold, pend ..."""
        self.call("POST", f"constant-contact/accounts/{account}/act", {"act": what, "emails": list(emails), **more})

    def activities(self, account, *kinds):
        """The jobs of an account in the order of their creation, of these kinds or of all."""
        jobs = self.call("GET", f"constant-contact/accounts/{account}/activities")
        return [job for job in jobs if not kinds or job["kind"] in kinds]

    def calls_of(self, *kinds):
        """How many calls of these kinds ("GET /v3/contacts") came since the counters were reset."""
        calls = self.counters()["calls"]
        return sum(calls[kind]["total"] for kind in kinds if kind in calls)

    def advance_clock(self, seconds):
        self.call("POST", "clock", {"advance_seconds": seconds})

    # --- what happens to calls, and what was seen ---

    def counters(self):
        return self.call("GET", "counters")

    def reset_counters(self):
        self.call("POST", "counters/reset", {})

    def faults(self, rules, seed=1):
        self.call("POST", "faults", {"seed": seed, "rules": rules})

    def knobs(self, **values):
        self.call("POST", "knobs", values)

    def release(self, rule):
        self.call("POST", "release", {"rule": rule})

    def wait(self, at_least, timeout=300, **what):
        """Until a rule holds calls (held=RULE), a fault struck (struck=RULE), calls of a kind came (kind=...), a figure grew
        (counter=...). False if it did not come to that."""
        words = "&".join(f"{name}={value}" for name, value in what.items())
        try:
            self.call("GET", f"wait?{words}&at_least={at_least}&timeout={timeout}")
            return True
        except RuntimeError as error:
            if ": 408 " in str(error):
                return False
            raise
