"""The built plugin, run as a user would run it: by the docker CLI, or directly.

Each `Plugin` has its own home with a docker configuration directory, and an empty directory that
replaces the machine's root (`root`). It does not inherit the caller's environment.
"""

import json
import os
import shutil
from pathlib import Path

from support.process import RunningProcess
from support.secret_leaks import CommandLineWatch, leaks

# Exit codes of a command that failed.
FAILURES = {1, 3, 4, 5, 125}
REPOSITORY_ROOT = Path(__file__).resolve().parents[2]


def built_binary():
    """The program under test: MANIFESTX_BINARY, or the result of `swift build -c release`."""
    named = os.environ.get("MANIFESTX_BINARY")
    binary = Path(named) if named else REPOSITORY_ROOT / ".build/release/docker-manifestx"
    assert os.access(binary, os.X_OK), (
        f"no program at {binary}: run `swift build -c release`, or set MANIFESTX_BINARY"
    )
    return binary.resolve()


class Plugin:
    """`through` is "docker" or "binary". No output may contain one of `secrets`."""

    def __init__(self, home, through="binary", secrets=()):
        self.home = Path(home)
        self.through = through
        self.secrets = list(secrets)
        self.binary = built_binary()
        self.config_dir = self.home / ".docker"
        self.root = self.home / "root"
        self.bin = self.home / "bin"
        self.docker_dir = self.root / "etc/docker"
        for directory in (self.config_dir / "cli-plugins", self.docker_dir, self.bin):
            directory.mkdir(parents=True)
        (self.config_dir / "cli-plugins/docker-manifestx").symlink_to(self.binary)

    def configure(self, config):
        """Writes docker's config.json."""
        (self.config_dir / "config.json").write_text(json.dumps(config, indent=2))

    def configure_daemon(self, settings, directory="root/etc/docker"):
        """Writes the machine's daemon.json, or one in another directory below home."""
        text = settings if isinstance(settings, str) else json.dumps(settings)
        path = self.home / directory / "daemon.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def trust(self, host, ca_file):
        """Puts a CA file in the certs.d directory of a registry."""
        directory = self.docker_dir / "certs.d" / host
        directory.mkdir(parents=True, exist_ok=True)
        shutil.copy(ca_file, directory / "ca.crt")

    def publish(self, *arguments, **options):
        return self.run("publish", *arguments, **options)

    def run(self, *arguments, **options):
        """Runs the plugin, which must succeed."""
        result = self.attempt(*arguments, **options)
        assert result.returncode == 0, f"{arguments}: {result.returncode}\n{result.output}"
        return result

    def fail(self, *arguments, code=None, **options):
        """Runs the plugin, which must fail with this exit code and an empty stdout.

        Without a code, with any of those of a failed command; test_exit_status.py is about which.
        """
        result = self.attempt(*arguments, **options)
        expected = FAILURES if code is None else {code}
        assert result.returncode in expected, f"{arguments}: {result.returncode}\n{result.output}"
        assert result.stdout == ""
        assert result.stderr.strip(), "it failed without a message"
        return result

    def attempt(self, *arguments, docker_flags=(), environment=None, timeout=60, watch=False):
        """Runs the plugin. `docker_flags` precede its name, which needs `through` docker.

        With `watch`, the command lines of all processes are searched for secrets during the run.
        """
        if self.through == "docker":
            command = ["docker", *docker_flags, "manifestx", *arguments]
        else:
            assert not docker_flags, "only docker has flags in front of the plugin's name"
            command = [str(self.binary), *arguments]
        if watch:
            with CommandLineWatch(self.secrets) as watcher:
                result = self.spawn(command, environment, timeout)
            assert watcher.looks > 0
            assert not watcher.found, f"a command line holds {watcher.found}"
            return result
        return self.spawn(command, environment, timeout)

    def spawn(self, command, environment=None, timeout=60):
        """Runs any command in the plugin's environment; its output may contain no secret."""
        return self.start(command, environment).wait(timeout)

    def start(self, command, environment=None, **options):
        """Like `spawn`, but returns while the command runs."""
        return RunningProcess(
            command, self._check, env={**self.environment, **(environment or {})}, cwd=self.home,
            **options,
        )

    def start_binary(self, *arguments, environment=None):
        """Starts the plugin directly."""
        return self.start([str(self.binary), *arguments], environment)

    def _check(self, command, result):
        found = leaks(result.output, self.secrets)
        assert not found, f"{command}: the output holds {found}:\n{result.output}"

    @property
    def environment(self):
        return {
            "HOME": str(self.home),
            "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "DOCKER_CONFIG": str(self.config_dir),
            "MANIFESTX_ROOT": str(self.root),
            "RES_OPTIONS": "timeout:1 attempts:1",  # Lookups of unknown names fail quickly.
        }
