"""What people do at a Constant Contact account, what an export does there, and what must come of both: a third reading of the rules on
consent. Contacts are identified by their address."""
from harness import equal


class Person:
    def __init__(self, permission, values=(), on_list=False, foreign=False):
        self.permission, self.values = permission, values
        self.deleted, self.on_list = False, on_list
        self.foreign = foreign  # another program put the contact on the list

    def mailable(self):
        return not self.deleted and self.permission in ("explicit", "implicit")

    def shown(self):
        return ("deleted" if self.deleted else self.permission, *self.values)


class Town:
    def __init__(self, contacts):
        self.contacts = contacts
        self.people = {}
        self.ledger = {}  # address -> values as delivered: the members that the export holds
        self.left = set()  # were on the list by the export's doing, and took themselves off it
        self.stirred = set()  # contacts that changed since the export last looked

    def seed(self, addresses, permission, values=("Before", "Us"), on_list=False, foreign=False):
        listed = [self.contacts.list] if on_list else []
        self.contacts.seed({"email": address, "permission": permission, "lists": listed, "foreign": foreign,
                            "values": {"first_name": values[0], "last_name": values[1]}} for address in addresses)
        for address in addresses:
            self.people[address] = Person(permission, values, on_list, foreign or on_list)
        self.stirred |= set(addresses)

    def act(self, what, addresses, with_list=True):
        """Acts as those contacts."""
        addresses = list(addresses)
        self.contacts.act(what, addresses, **({"list": self.contacts.list} if what == "subscribe" and with_list else {}))
        for address in addresses:
            person = self.people[address]
            if what == "unsubscribe":
                person.permission, person.on_list = "unsubscribed", False
            elif what == "delete":
                person.deleted, person.on_list = True, False
            elif what == "hold":
                person.permission = "temp_hold"
            elif what == "pend":
                person.permission = "pending_confirmation"
            elif what == "subscribe":
                person.permission, person.deleted = "explicit", False
                person.on_list = person.on_list or with_list
            elif what in ("leave_list", "join_list"):
                person.on_list = what == "join_list"
            else:
                raise ValueError(what)
        self.stirred |= set(addresses)

    def look(self):
        """What a run knows before it writes: the contacts that left the list, and those that came back to it."""
        for address, person in self.people.items():
            if person.mailable() and person.on_list:
                self.left.discard(address)
            elif person.mailable() and address in self.ledger:
                self.left.add(address)

    def untouchable(self, address):
        person = self.people.get(address)
        return address in self.left or (person is not None and not person.mailable())

    def deliver(self, segment, refused=()):
        """segment: {address: values}; `refused`: contacts that unsubscribed while their import was under way -> the counts that the run must show"""
        counts = dict.fromkeys(("suppressed", "unchanged", "added", "updated", "removed"), 0)
        touched = set()
        for address, values in segment.items():
            known = self.ledger.get(address)
            if self.untouchable(address) and address not in refused:
                counts["suppressed"] += 1
            elif known == values:
                counts["unchanged"] += 1
            else:
                touched.add(address)
                person = self.people.setdefault(address, Person("implicit"))
                person.values = tuple(values)
                if address in refused:
                    counts["suppressed"] += 1
                    continue
                counts["updated" if known else "added"] += 1
                person.on_list = True
                self.ledger[address] = values
        for address in [address for address in self.ledger if address not in segment]:
            del self.ledger[address]
            if self.people[address].foreign:
                continue  # another program put the contact on the list
            if not self.people[address].on_list:
                continue  # left by itself: there is nothing to take
            counts["removed"] += 1
            touched.add(address)
            self.people[address].on_list = False
        self.stirred |= touched
        return counts

    def check(self, when):
        equal(self.wrong(self.contacts.all_contacts(), {address: person.shown() for address, person in self.people.items()}), [], f"{when}: the account")
        equal(self.wrong(self.contacts.members(), {address: person.shown() for address, person in self.people.items() if person.on_list}), [],
              f"{when}: the list")
        self.contacts.world.check_nobody_harmed()

    @staticmethod
    def wrong(found, wanted):
        return sorted((address, wanted.get(address), found.get(address)) for address in set(found) | set(wanted)
                      if found.get(address) != wanted.get(address))[:8]
