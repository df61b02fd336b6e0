"""What an audience must look like, computed from the rows and from what people did: a third reading of the rules, in another
language than the daemon and the sandbox."""
import re

WHITE_SPACE = ("\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
               "\u202f\u205f\u3000\ufeff\u200b")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
NOT_LOCAL = re.compile(r'[\s\x00-\x1f\x7f\x80-\x9f,()<>\[\]{}"]')


def ascii_lower(text):
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def member(raw):
    """The one spelling of an address, or None if it is none."""
    if raw is None:
        return None
    address = ascii_lower(raw.strip(WHITE_SPACE))
    if address.count("@") != 1 or len(address.encode()) > 254:
        return None
    local, domain = address.split("@")
    if not 1 <= len(local.encode()) <= 64 or NOT_LOCAL.search(local):
        return None
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return None
    address = f"{local}@{domain}"
    labels = domain.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels):
        return None
    return address


class Plan:
    """Takes segments in the order in which an export names them; the first profile of an address wins."""

    def __init__(self):
        self.members = {}  # address -> (values, {tags})
        self.read = self.duplicate = self.invalid = 0

    def segment(self, tag, rows):
        """rows: (e-mail, values), in the source's order."""
        for email, values in rows:
            self.read += 1
            address = member(email)
            if address is None:
                self.invalid += 1
            elif address in self.members:
                self.duplicate += 1
                self.members[address][1].add(tag)
            else:
                self.members[address] = (values, {tag})
        return self


def differences(expected, found, limit=8):
    """Two dictionaries -> sentences, the first few of them."""
    wrong = []
    for address in sorted(set(expected) | set(found)):
        if expected.get(address) != found.get(address):
            wrong.append(f"{address}: expected {expected.get(address)}, found {found.get(address)}")
    return [f"{len(wrong)} differences"] + wrong[:limit] if wrong else []
