"""An engine for the docker CLI: podman's service, which speaks docker's API on a socket.

It keeps all its files in a given directory. It stores images, but runs no containers.
"""

import io
import json
import os
import subprocess
import tarfile

from support.podman import storage_environment
from support.server_process import ServerProcess
from support.shells import program
from support.waiting import wait_for


class Engine(ServerProcess):
    """Runs inside a `with` block. It pushes to `registries` in plain HTTP."""

    def __init__(self, directory, registries=()):
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._registries = registries

    @property
    def environment(self):
        """Makes the docker CLI use this engine."""
        return {"DOCKER_HOST": f"unix://{self._socket}"}

    @property
    def _socket(self):
        return self.directory / "engine.sock"

    def start(self):
        registries = self.directory / "registries.conf"
        registries.write_text("".join(
            f"[[registry]]\nlocation = {json.dumps(host)}\ninsecure = true\n"
            for host in self._registries
        ))
        with (self.directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [program("podman"), "system", "service", "--time", "0", f"unix://{self._socket}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={
                    "PATH": os.defpath, "HOME": str(self.directory),
                    "XDG_RUNTIME_DIR": str(self.directory),
                    **storage_environment(self.directory),
                    "CONTAINERS_REGISTRIES_CONF": str(registries),
                },
            )
        wait_for(self._is_up, "podman's service answers")
        return self

    def add_image(self, name):
        """Adds an image that holds one empty file."""
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
