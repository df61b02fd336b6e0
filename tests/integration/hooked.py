"""A world whose daemon tells a hook of what needs a person, and what was told and logged."""
import json
import os

from harness import World


class Hooked(World):
    def __init__(self, binaries, **options):
        super().__init__(binaries, **options)
        self.told = self.path("told")
        hook, self.daemon.config = self.path("hook"), self.path("audienced.toml")
        with open(hook, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\n{{ cat; echo; }} >> {self.told}\n")
        os.chmod(hook, 0o700)
        with open(self.daemon.config, "w", encoding="ascii") as file:
            file.write(f'[hook]\ncommand = ["{hook}"]\n')

    def hooks(self, event):
        """How often the hook was called for it; after a stop of the daemon, which waits for its hooks."""
        if not os.path.exists(self.told):
            return 0
        with open(self.told, encoding="utf-8") as file:
            return [json.loads(line)["event"] for line in file if line.strip()].count(event)

    def events(self, event):
        """Lines of the daemon's log."""
        with open(self.daemon.log_path, encoding="utf-8") as file:
            return sum(f" {event}: " in line for line in file)
