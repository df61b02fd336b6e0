"""Looks for what must not be there: a key, an address, in any file of the state folder, any log, any answer, any argument list."""
import os


def in_folder(folder, needles):
    """-> sentences, one for each needle found in a file (database, WAL, journal, spool ...)."""
    found = []
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            try:
                with open(path, "rb") as file:
                    content = file.read().lower()
            except OSError:
                continue  # a socket, or gone since
            found += [f"{label} is in {os.path.relpath(path, folder)}" for label, needle in needles.items()
                      if needle.lower().encode() in content]
    return found


def in_texts(texts, needles):
    lowered = [text.lower() for text in texts]
    return [f"{label} was printed" for label, needle in needles.items() if any(needle.lower() in text for text in lowered)]


def in_process(pid, needles):
    """Arguments and environment, as every user of the machine may see the first."""
    found = []
    for kind in ("cmdline", "environ"):
        try:
            with open(f"/proc/{pid}/{kind}", "rb") as file:
                content = file.read().lower()
        except PermissionError:  # a daemon that keeps its memory to itself shows its environment to root alone
            if kind == "environ" and os.geteuid() != 0:
                continue
            raise
        found += [f"{label} is in the {kind} of the daemon" for label, needle in needles.items() if needle.lower().encode() in content]
    return found


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder) for where, _, names in os.walk(folder) for name in names)
