#!/usr/bin/env python3
"""Words that stand for work not done, names that say nothing, handlers that swallow everything, words that are no plain technical
English, and names that were replaced."""
import os
import re
import sys

from sources import TOKEN, files, main, read

UNDONE = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
NAMELESS = re.compile(r"^(?:utils?|common|helpers?|misc|manager|stuff|\w+_(?:utils?|helpers?|manager))$")
SWALLOWED = re.compile(r"catch\s*\(\s*\.\.\.\s*\)\s*\{\s*\}")

# Words of prose -> what to write instead. Looked for in pages, and in comments and literals of sources, whatever their case.
PROSE = {
    "whoever": "the caller, the program that ...",
    "whom": "the member that ...",
    "nobody": "no member, no caller; or turn the sentence round",
    "somebody": "another program, another export, a user",
    "anybody": "a caller, a user, any program",
    "everybody": "every member, every caller",
    "she": "the member",
    "her": "the member's",
    "hers": "the member's",
    "herself": "the member",
    "side door": "the control API",
    "last word": "the final attempt, the final state, the end of the log",
    "last words": "the end of the log",
}
# Where those words may not stand: in everything that people read.
PLAIN = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/", "schema/", "lib/", "daemon/", "tests/")
# Names in code that were replaced -> by what. Looked for in every C++ file.
REPLACED = {
    "held_elsewhere": "held_by_other_export",
    "is_fed_elsewhere": "other_export_feeds",
    "is_foreign": "is_preexisting_member",
    "let_go": "clear_membership_before_removal",
    "look_again": "opt_out_refresh",
    "is_worth_looking": "is_refresh_due",
    "look_into": "describe_segment",
    "StoryLine": "RunEvent",
    "losers": "members_losing_groups",
    "goes_round_again": "requeue_lost_job",
    "nobody_knows": "unknown_outcomes",
    "last_word": "final_attempt",
    "most_sends": "max_sends",
    "settle_upsert": "outcomes_from_upsert",
    "settle_import": "outcomes_from_import",
    "Parked": "DeferredReject",
    "SeenSink": "ContactSink",
    "SignInDesk": "SignInFlows",
    "unguessable": "random_token",
    "worth_telling": "min_reported_wait",
}
# Not behind a hyphen: an option's name stays what it is.
ANY_PROSE = re.compile(rf"(?<![\w-])(?:{'|'.join(PROSE)})\b", re.I)
ANY_REPLACED = re.compile(rf"\b(?:{'|'.join(REPLACED)})\b")

CPP = (".cpp", ".hpp", ".def")
TEXT = CPP + (".py", ".sh", ".sql", ".md", ".txt", ".cmake", ".service", ".socket")
# Naming what is refused is this lint's own trade.
SELF = ("tests/lint/check_words.py", "tests/lint/lint_test.py")


def prose(path, text):
    """What people read of a file: all of it; of C++ the comments, and the literals of more than one word."""
    if not path.endswith(CPP):
        return [(0, text)]
    return [(match.start(), match[0]) for match in TOKEN.finditer(text) if " " in match[0]]


def faults(path, text):
    """-> (position, what is wrong there)"""
    for match in UNDONE.finditer(text):
        yield match.start(), f"{match[0]}; do it, or write down what is missing where users see it"
    if path.endswith(CPP):
        for match in SWALLOWED.finditer(text):
            yield match.start(), "an exception is swallowed without a word why"
        for match in ANY_REPLACED.finditer(text):
            yield match.start(), f"{match[0]} is called {REPLACED[match[0]]} now"
    if path.startswith(PLAIN):
        for begin, part in prose(path, text):
            for match in ANY_PROSE.finditer(part):
                yield begin + match.start(), f"'{match[0]}'; write: {PROSE[match[0].lower()]}"


def check(root):
    wrong = []
    folders = set()
    pages = [name for name in sorted(os.listdir(root)) if name.endswith(".md")]
    for path in pages + files(root):
        folders.update(os.path.dirname(path).split("/"))
        if NAMELESS.match(os.path.basename(path).split(".")[0]):
            wrong.append(f"{path}: the name says nothing; name the file after what it does")
        if path not in SELF and path.endswith(TEXT):
            text = read(root, path)
            wrong += [f"{path}:{text.count(chr(10), 0, at) + 1}: {what}" for at, what in faults(path, text)]
    wrong += [f"{name}/: the folder's name says nothing" for name in sorted(folders) if NAMELESS.match(name)]
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
