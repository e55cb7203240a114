"""A user's home directory, and install.sh run in it."""

import subprocess

from support.plugin import REPOSITORY_ROOT, built_binary
from support.process import Result
from support.tree import tree

INSTALL = REPOSITORY_ROOT / "install.sh"


class Home:
    """A user's home directory, in which commands can be run."""

    def __init__(self, path):
        self.path = path
        self.temp_dir = path.parent / "temp"
        self.environment = {
            "HOME": str(path), "LC_ALL": "C.UTF-8", "TERM": "dumb", "TMPDIR": str(self.temp_dir),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
        }
        self.path.mkdir()
        self.temp_dir.mkdir()

    def attempt(self, *command, **variables):
        done = subprocess.run(
            [str(word) for word in command], env={**self.environment, **variables},
            cwd=self.path, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
        )
        return Result(done.stdout.decode(), done.stderr.decode(), done.returncode)

    def run(self, *command, **variables):
        result = self.attempt(*command, **variables)
        assert result.returncode == 0, f"{command}: {result.returncode}\n{result.output}"
        return result

    def install(self, *options, **variables):
        return self.run(INSTALL, "--binary", built_binary(), *options, **variables)

    def uninstall(self, *options, **variables):
        return self.run(INSTALL, "--uninstall", *options, **variables)

    @property
    def home(self):
        """The name that `Terminal` uses for it."""
        return self.path

    def tree(self):
        return tree(self.path)

    def small_program(self):
        """A script of a few bytes that runs the program under test."""
        path = self.path.parent / "small-program"
        path.write_text(f'#!/bin/sh\nexec "{built_binary()}" "$@"\n')
        path.chmod(0o755)
        return path
