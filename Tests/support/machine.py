"""A disposable copy of this machine: all changes are discarded afterwards.

It is an overlay over the root directory, in a mount namespace of its own. Tests can change files as
root, add users and install Debian packages there.
"""

import subprocess
from pathlib import Path

from support.plugin import REPOSITORY_ROOT, built_binary
from support.process import Result
from support.tree import tree

_SET_UP = """
mount -t tmpfs tmpfs "$0"
mkdir "$0/changed" "$0/work" "$0/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$0/changed,workdir=$0/work" "$0/root"
for directory in /proc /sys /dev; do mount --rbind "$directory" "$0/root$directory"; done
mkdir "$0/root/source" "$0/root/program"
mount --bind "$1" "$0/root/source"
mount --bind "$2" "$0/root/program"
# Packages must not stop or start what runs on the real machine.
install -m 755 /dev/stdin "$0/root/usr/sbin/policy-rc.d" <<<$'#!/bin/sh\\nexit 101'
echo ready
exec cat
"""


class Machine:
    """Exists inside a `with` block. The repository is at /source, the program in /program."""

    PROGRAM = "/program/docker-manifestx"
    INSTALL = ("/source/install.sh", "--binary", PROGRAM)

    def __init__(self, directory):
        self._directory = Path(directory)
        self._holder = None

    def __enter__(self):
        self._directory.mkdir(parents=True)
        places = [self._directory, REPOSITORY_ROOT, built_binary().parent]
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "bash", "-e", "-c", _SET_UP, *map(str, places)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        assert self._holder.stdout.readline() == b"ready\n", "no overlay can be mounted here"
        return self

    def __exit__(self, *_):
        self._holder.communicate(timeout=10)

    @property
    def root(self):
        """Its root directory, as a path on the real machine."""
        return Path(f"/proc/{self._holder.pid}/root{self._directory}/root")

    def changed(self, directory):
        """What differs below this directory from the real machine, as a `tree`."""
        upper = self.root.with_name("changed") / directory.lstrip("/")
        return {
            path: what for path, what in tree(upper).items()
            if not ((upper / path).is_dir() and Path(directory, path).is_dir())
        }

    def attempt(self, *command, user="root", environment=None):
        """Runs a command with the environment of a new login."""
        home = "/root" if user == "root" else f"/home/{user}"
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        variables = {
            "HOME": home, "USER": user, "LOGNAME": user, "LC_ALL": "C.UTF-8",
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        }
        done = subprocess.run(
            ["nsenter", f"--target={self._holder.pid}", "--mount", "--root", "chroot",
             f"{self._directory}/root", *([] if user == "root" else become), *command],
            env={**variables, **(environment or {})}, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=120, check=False,
        )
        return Result(done.stdout.decode(), done.stderr.decode(), done.returncode)

    def run(self, *command, **options):
        result = self.attempt(*command, **options)
        assert result.returncode == 0, f"{command}: {result.returncode}\n{result.output}"
        return result

    def add_user(self, name, may_sudo=False):
        self.run("useradd", "--create-home", "--shell", "/bin/bash", name)
        if may_sudo:
            rule = self.root / "etc/sudoers.d/machine"
            rule.write_text(f"{name} ALL=(ALL) NOPASSWD: ALL\n")
            rule.chmod(0o440)
        return name
