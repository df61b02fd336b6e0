#!/usr/bin/env python3
"""An expression with co_await contains only names, calls and literals: GCC 12 destroys aggregates, captures and the arms of a
conditional that are born in one twice. And nothing is detached: that drops exceptions without a word."""
import re
import sys

from sources import code, files, main, read

HEAD = re.compile(r"\b(?:if|while|for|switch)(?:\s+constexpr)?\s*$")
CLOSES = {")": "(", "]": "[", "}": "{"}


def begin_of(text, at):
    """Where the full expression around `at` begins."""
    i, depth = at, 0
    while i > 0:
        i -= 1
        c = text[i]
        if c in ")]":
            depth += 1
        elif c == "}":
            if depth == 0 and not re.match(r"\s*[,)(.]", text[i + 1:i + 40]):
                return i + 1  # the end of the statement before
            depth += 1
        elif c in "([{":
            if depth:
                depth -= 1
            elif c == "(" and HEAD.search(text[max(0, i - 20):i]):
                return i + 1
            elif c == "{" and is_block(text, i):
                return i + 1
        elif c == ";" and depth == 0:
            return i + 1
    return 0


def is_block(text, brace):
    """Does this brace open statements, rather than a list of initial values?"""
    before = text[max(0, brace - 400):brace].rstrip()
    if not before or before[-1] in ");{}:" or re.search(r"\b(?:else|do|try|const|noexcept|mutable|override)$", before):
        return True
    head = re.split(r"[;{}]", before)[-1]
    return bool(re.search(r"\)\s*(?:mutable\s*)?->[^()]*$", head))


def end_of(text, at):
    """Where it ends: at its ';', or at the ')' that closes the head of an if or a loop."""
    stack = []
    for i in range(at, len(text)):
        c = text[i]
        if c in "([{":
            stack.append(c)
        elif c in ")]}":
            if stack:
                if stack[-1] == CLOSES[c]:
                    stack.pop()
            elif c == "}":
                if not re.match(r"\s*[;,)]", text[i + 1:i + 40]):
                    return i
            elif c == ")" and closes_head(text, i):
                return i
        elif c == ";" and not stack:
            return i
    return len(text)


def closes_head(text, close):
    depth = 0
    for i in range(close, -1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            depth -= 1
            if depth == 0:
                return bool(HEAD.search(text[max(0, i - 20):i]))
    return False


def faults(expression):
    expression = re.sub(r"\bchrono::\w+\{[\w.]+\}", "duration", expression)  # a constructor's call in all but looks
    if re.search(r"(?:^|[(,=\s])\[[^\[\]]*\]\s*(?:\([^()]*\))?\s*(?:mutable\b|noexcept\b|->[^{}]*)?\s*\{", expression):
        yield "a lambda"
    elif re.search(r"\{\s*[^\s}]", expression):
        yield "braces with content"
    if "?" in expression:
        yield "a conditional"


def check(root):
    wrong = []
    for path in files(root, ".cpp", ".hpp", under=("lib", "daemon", "tests")):
        text = code(read(root, path))
        seen = set()
        for match in re.finditer(r"\bco_await\b", text):
            begin, end = begin_of(text, match.start()), end_of(text, match.end())
            if begin in seen:
                continue
            seen.add(begin)
            line = text.count("\n", 0, match.start()) + 1
            for what in faults(text[begin:end]):
                wrong.append(f"{path}:{line}: {what} in an expression with co_await; name it on the line above and std::move it in")
        for match in re.finditer(r"\basio\s*::\s*detached\b|[,(]\s*detached\s*\)|#\s*include\s*<boost/asio/detached\.hpp>", text):
            line = text.count("\n", 0, match.start()) + 1
            wrong.append(f"{path}:{line}: a detached coroutine; spawn it in an aio::TaskGroup")
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
