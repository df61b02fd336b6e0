"""Where the functions of a C++ file begin and end."""
import re

from sources import code

DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
PAIRS = {")": "(", "]": "[", "}": "{"}
LABEL = re.compile(r"\s*(?:(?:public|private|protected)\s*:(?!:)\s*)*")
# These read a statement whose brackets are emptied: `auto f() const -> int`, `X() : a(), b{}`, `x = [] mutable`.
SCOPE = re.compile(r"(?:(?:inline|typedef|static|const|constexpr|template\s*<.*>)\s*)*"
                   r"(?:namespace|class|struct|union|enum|extern\s*\"\")(?:\s[^()=]*)?$", re.S)
AFTER = r"(?:\s|\bconst\b|\bnoexcept\b(?:\(\))?|\bmutable\b|\boverride\b|\bfinal\b|\btry\b|\bconstexpr\b|\brequires\b.*|&&?|->.*)*$"
FUNCTION = re.compile(r"\(\)" + AFTER, re.S)
LAMBDA = re.compile(r"(?:^|[=,?:]|\breturn)\s*\[\](?:\s*<[^<>]*>)?" + AFTER, re.S)
CONSTRUCTOR = re.compile(r"\(\)\s*(?:noexcept(?:\(\))?\s*)?:[^:].*\{\}\s*$", re.S)


class Frame:
    """An open bracket, and where the statement that is being read inside it begins."""

    def __init__(self, bracket, kind, start, head=0):
        self.bracket, self.kind, self.start, self.head = bracket, kind, start, head


def emptied(text):
    """`f(a, b) : c{1}` -> `f() : c{}`"""
    kept, depth = [], 0
    for c in text:
        depth -= c in ")]}"
        if depth <= 0:
            kept.append(c)
        depth += c in "([{"
    return "".join(kept)


def kind_of(statement):
    """What a brace after this statement opens: a function's body, a scope, or a list of values."""
    statement = emptied(statement).strip()
    if SCOPE.match(statement):
        return "scope"
    if FUNCTION.search(statement) or LAMBDA.search(statement) or CONSTRUCTOR.search(statement):
        return "function"
    return "values"


def functions(text):
    """-> [(first line of the head, line of the closing brace)], outermost ones only: a lambda belongs to the function around it."""
    text = DIRECTIVE.sub(lambda match: "\n" * match[0].count("\n"), code(text))
    found, stack, outer = [], [Frame("", "scope", 0)], None
    for at, c in enumerate(text):
        top = stack[-1]
        if c in "([":
            stack.append(Frame(c, "values", at + 1))
        elif c == "{":
            head = LABEL.match(text, top.start).end()
            frame = Frame(c, kind_of(text[head:at]), at + 1, head)
            stack.append(frame)
            if frame.kind == "function" and outer is None:
                outer = frame
        elif c in PAIRS and len(stack) > 1 and top.bracket == PAIRS[c]:
            stack.pop()
            if top is outer:
                found.append((text.count("\n", 0, top.head) + 1, text.count("\n", 0, at) + 1))
                outer = None
            if top.kind != "values":
                stack[-1].start = at + 1
        elif c == ";" or (c == "," and top.bracket and top.kind == "values"):
            top.start = at + 1
    return found
