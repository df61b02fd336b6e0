#!/usr/bin/env python3
"""A function or a test case of more than 70 lines wants splitting along a verb. Counted from the first line of its head to its
closing brace; lambdas and local functions count for the function around them."""
import ast
import sys

from functions import functions
from sources import files, main, read

LIMIT = 70


def python_functions(text):
    return [(node.lineno, node.end_lineno) for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def check(root):
    wrong = []
    for path in files(root, ".cpp", ".hpp", ".py", under=("lib", "daemon", "tests")):
        text = read(root, path)
        lines = text.splitlines()
        for first, last in python_functions(text) if path.endswith(".py") else functions(text):
            if last - first >= LIMIT:
                head = lines[first - 1].strip()[:60]
                wrong.append(f"{path}:{first}: {last - first + 1} lines, and {LIMIT} are the limit: {head}")
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
