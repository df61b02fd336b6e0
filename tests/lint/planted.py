"""A tree of files in a temporary folder, with a planted violation for a lint to find."""
import os
import tempfile
import unittest


def write(root, tree):
    for path, text in tree.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full) or root, exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)


class Planted(unittest.TestCase):

    def run_on(self, check, tree):
        with tempfile.TemporaryDirectory() as root:
            write(root, tree)
            return check.check(root)

    def red(self, check, tree, *fragments):
        wrong = self.run_on(check, tree)
        self.assertTrue(wrong, "the lint saw nothing")
        for fragment in fragments:
            self.assertTrue(any(fragment in line for line in wrong), f"{fragment!r} not in {wrong}")

    def green(self, check, tree):
        self.assertEqual(self.run_on(check, tree), [])
