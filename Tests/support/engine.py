"""An engine for the docker CLI: podman's service, which speaks docker's API on a socket.

It keeps everything in a directory of its own, and takes images but runs no container.
"""

import io
import json
import os
import shutil
import subprocess
import tarfile

from support.server_process import ServerProcess
from support.waiting import wait_for


class Engine(ServerProcess):
    """Runs for the length of a `with`. `registries` are pushed to in plain HTTP."""

    def __init__(self, directory, registries=()):
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._registries = registries

    @property
    def environment(self):
        """What makes the docker CLI use it."""
        return {"DOCKER_HOST": f"unix://{self._socket}"}

    @property
    def _socket(self):
        return self.directory / "engine.sock"

    def start(self):
        podman = shutil.which("podman")
        assert podman, "podman is missing: apt-get install podman"
        storage = self.directory / "storage.conf"
        storage.write_text(
            '[storage]\ndriver = "vfs"\n'
            f"graphroot = {json.dumps(str(self.directory / 'root'))}\n"
            f"runroot = {json.dumps(str(self.directory / 'run'))}\n"
        )
        registries = self.directory / "registries.conf"
        registries.write_text("".join(
            f"[[registry]]\nlocation = {json.dumps(host)}\ninsecure = true\n"
            for host in self._registries
        ))
        with (self.directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [podman, "system", "service", "--time", "0", f"unix://{self._socket}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={
                    "PATH": os.defpath, "HOME": str(self.directory),
                    "XDG_RUNTIME_DIR": str(self.directory),
                    "CONTAINERS_STORAGE_CONF": str(storage),
                    "CONTAINERS_REGISTRIES_CONF": str(registries),
                },
            )
        wait_for(self._is_up, "podman's service answers")
        return self

    def add_image(self, name):
        """A tiny image made of nothing but a file."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("empty"))
        done = self._docker(["import", "-", name], archive.getvalue())
        assert done.returncode == 0, done.stderr.decode()

    def _is_up(self):
        assert self._process.poll() is None, (self.directory / "log").read_text()
        return self._docker(["version"]).returncode == 0

    def _docker(self, arguments, stdin=b""):
        return subprocess.run(
            ["docker", *arguments], input=stdin, capture_output=True, timeout=30, check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(self.directory), **self.environment},
        )
