#!/usr/bin/env python3
"""Every command that a page, a unit or a message names exists: the verbs and options of audiencectl as daemon/audiencectl
declares them, the options of audienced, the verbs of ./dev."""
import os
import re
import sys

from sources import TOKEN, files, main, read

CLIENT, SERVER, SCRIPT = "daemon/audiencectl", "daemon/audienced/options.cpp", "dev"
MISTAKES = "docs/MISTAKES.md"  # shows on purpose what does not exist, behind a prompt
WORD = r"[a-z][a-z-]*"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")

# --- what is declared -------------------------------------------------------------------------------------------------

NOUN = re.compile(r"\bnoun\(\s*\"(%s)\"" % WORD)
# commands.add(noun, "list", ...), add_numbered(commands, noun, "show", ...), with the variable that holds the verb, if any
VERB = re.compile(r"(?:\b(\w+)\s*=\s*)?\b(?:commands\s*\.\s*\w+\(|\w+\(\s*commands\s*,)\s*(noun|nullptr)\s*,\s*\"(%s)\"" % WORD)
GROUP = re.compile(r"\b(\w+)\s*=\s*(\w+)->add_option_group\(")
DECLARED = re.compile(r"(\w+)\s*(?:\.|->)\s*add_(?:option|flag)\(\s*\"(--%s)\"|set_version_flag\(\"(--%s)\"" % (WORD, WORD))
# A file that reads the tables of the kinds declares what stands in them: lib/source/options.hpp, lib/source/csv/options.cpp ...
TABLES = re.compile(r"#include \"(\w+)/options\.hpp\"")
ROW = re.compile(r"(?<!return )\{\s*\"(%s)\",\s*\"([^\"]*)\"" % WORD)


class Commands:
    """verbs[noun][verb] and shared[noun] hold options; a verb without a noun stands under ""."""

    def __init__(self):
        self.verbs, self.shared = {"": {}}, {"": {"--help"}}

    def all_options(self):
        sets = [s for verbs in self.verbs.values() for s in verbs.values()] + list(self.shared.values())
        return set().union(*sets)

    def nouns_with(self, verb):
        return [noun for noun, verbs in self.verbs.items() if verb in verbs]


def without_comments(text):
    return TOKEN.sub(lambda m: " " if m[0].startswith(("//", "/*")) else m[0], text)


def noun_of(path, nouns):
    """connection_sign_in.cpp declares verbs of `connection`."""
    stem = os.path.basename(path).split(".")[0]
    return next((noun for noun in nouns if stem == noun or stem.startswith(noun + "_")), "")


def table_options(root, folder):
    """The options in the tables of this folder's kinds. One without a value is a flag, and may be taken off again."""
    found = set()
    for path in files(root, "options.cpp", "options.hpp", under=(folder,)):
        for name, value in ROW.findall(without_comments(read(root, path))):
            found |= {"--" + name} if value else {"--" + name, "--no-" + name}
    return found


def declared(root):
    commands = Commands()
    texts = {path: without_comments(read(root, path)) for path in files(root, ".cpp", under=(CLIENT,))}
    nouns = [noun for text in texts.values() for noun in NOUN.findall(text)]
    for noun in nouns:
        commands.verbs[noun], commands.shared[noun] = {}, set()
    for path, text in texts.items():
        noun = noun_of(path, nouns)
        for function in re.split(r"^\}", text, flags=re.M):
            verb_of = {}
            for holder, parent, verb in VERB.findall(function):
                options = commands.verbs["" if parent == "nullptr" else noun].setdefault(verb, set())
                verb_of[holder] = options
            for group, holder in GROUP.findall(function):
                if holder in verb_of:
                    verb_of[group] = verb_of[holder]
            for holder, option, version in DECLARED.findall(function):
                verb_of.get(holder, commands.shared[noun]).add(option or version)
        for kinds in TABLES.findall(text):
            commands.shared[noun] |= table_options(root, f"lib/{kinds}")
    return commands


def script_verbs(text):
    match = re.search(r"^    ([\w |-]+)\)\n\s+verb=", text, re.M)
    return set(match[1].replace(" ", "").split("|")) if match else set()


# --- what is named ----------------------------------------------------------------------------------------------------

SPAN = re.compile(r"`([^`]+)`")
END = re.compile(r"[`;,?\n]| #|\baudiencectl\b|\.(?:\s|$)| or ")


def unbroken(page):
    """A command that is wrapped over indented lines, as one line."""
    page = re.sub(r"\\\n\s*", " ", page)
    return re.sub(r"\n {8,}(?=[\[(]|--)", " ", page)


def faults_of(tail, commands):
    """What is wrong with the words after `audiencectl`; NAME, a placeholder in the place of the noun, fits any."""
    tail = re.sub(r"\[[^\[\]]*\boptions? of\b[^\[\]]*\]", " ", tail)
    first, _, rest = tail.strip().partition(" ")
    everywhere = commands.shared[""]
    if first.startswith("-"):
        rest = re.sub(r"^--socket +\S+|^--json\b", "", tail.strip()).strip()
        yield from faults_of(rest, commands) if rest and not rest.startswith("-") else options_missing(tail, everywhere)
        return
    if first in commands.verbs[""]:
        yield from (f"{first} {o}" for o in options_missing(rest, commands.verbs[""][first] | everywhere))
        return
    if first == "NAME":
        verb = rest.split(" ")[0]
        if re.fullmatch(WORD, verb) and not commands.nouns_with(verb):
            yield f"NAME {verb}"
        return
    if first not in commands.verbs or not first:
        yield first
        return
    options = set().union(everywhere, *commands.verbs[first].values())
    for part in re.split(r" \| ", rest):  # `source list | show NAME`
        words = part.strip(" ()[]").split(" ")
        if re.fullmatch(WORD, words[0]):
            if words[0] not in commands.verbs[first]:
                yield f"{first} {words[0]}"
                continue
            options = commands.verbs[first][words[0]] | commands.shared[first] | everywhere
        yield from (f"{first} {words[0]} {o}" for o in options_missing(part, options))


def options_missing(text, known):
    return [option for option in OPTION.findall(text) if option not in known]


def named(text):
    """The tail of every `audiencectl ...` in the text."""
    for match in re.finditer(r"(?<![\w/.-])audiencectl +(?=[\w-])", text):
        tail = text[match.end():]
        end = END.search(tail)
        yield tail[:end.start()] if end else tail


def faults(text, commands, server, script, verbs):
    for tail in named(text):
        yield from (f"audiencectl {fault}" for fault in faults_of(tail, commands))
    for whole in SPAN.findall(text):
        span = " ".join(whole.split())
        words = span.split(" ")
        short = words[0] in commands.verbs and len(words) > 1 and re.fullmatch(WORD, words[1])
        if words[0] == "audiencectl" and len(words) > 1 and "\n" in whole:  # a command that is broken over two lines
            yield from (f"audiencectl {fault}" for tail in named(span) for fault in faults_of(tail, commands))
        elif short or (words[0] in commands.verbs[""] and len(words) > 1 and words[1].startswith("--")):
            yield from (f"audiencectl {fault}" for fault in faults_of(span, commands))
        elif span.startswith("--"):
            yield from options_missing(span, commands.all_options() | server | set(OPTION.findall(script)))
    for match in re.finditer(r"(?<!-u )\baudienced +(--[^`\n,;]*)", text):
        yield from (f"audienced {o}" for o in options_missing(match[1], server))
    for match in re.finditer(r"(?<![\w.])\./dev +(%s)([^`\n,;#]*)" % WORD, text):
        if match[1] not in verbs:
            yield f"./dev {match[1]}"
        yield from (f"./dev {match[1]} {o}" for o in options_missing(match[2], set(OPTION.findall(script))))


# What may stand between the parts of one message: "export enable " + name + "`" and "approve " << run << "\n".
JOINT = re.compile(r"\s*\)?\s*(?:\+|<<)\s*[\w.:\->()\[\]]+\s*(?:\+|<<)\s*")


def literals(text):
    text, end, found = without_comments(text), 0, []
    for match in TOKEN.finditer(text):
        if match[0][0] not in '"R':
            continue
        raw = match[0][0] == "R"
        content = match[0][match[0].index("(") + 1:match[0].rindex(")")] if raw else match[0][1:-1].replace("\\n", "\n").replace('\\"', "'")
        between = text[end:match.start()]
        if found and not between.strip():
            found[-1] += content
        elif found and JOINT.fullmatch(between):
            found[-1] += f" NAME {content}"
        else:
            found.append(content)
        end = match.end()
    return [re.sub(r" {2,}", " ", literal) for literal in found]


def check(root):
    commands = declared(root)
    if not any(commands.verbs.values()):
        return [f"{CLIENT}: no command was found there; this lint reads its sources and no longer understands them"]
    server = {option or version for _, option, version in DECLARED.findall(read(root, SERVER))} | {"--help"}
    script = read(root, SCRIPT) if os.path.exists(os.path.join(root, SCRIPT)) else ""
    known = (commands, server, script, script_verbs(script))
    wrong = []
    pages = [name for name in os.listdir(root) if name.endswith(".md")] + files(root, ".md") + files(root, under=("systemd",))
    for path in sorted(set(pages)):
        text = read(root, path)
        if path == MISTAKES:
            text = re.sub(r"^    \$ .*$", "", text, flags=re.M)
        wrong += [f"{path}: `{fault}` does not exist" for fault in faults(unbroken(text), *known)]
    options = commands.all_options() | server
    for path in files(root, ".cpp", ".hpp", under=("lib", "daemon")):
        for text in literals(read(root, path)):
            found = list(faults(text, *known)) or options_missing(text, options)
            wrong += [f"{path}: a message names `{fault}`, which does not exist" for fault in found]
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
