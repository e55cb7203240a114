"""podman with images, and with its storage in a directory of its own."""

import subprocess
from pathlib import Path

from support import images
from support.shells import program

_STORAGE = """[storage]
driver = "vfs"
graphroot = "{0}/storage"
runroot = "{0}/run"
"""


def storage_environment(directory):
    """Makes any podman keep its images and containers in this directory."""
    config = directory / "storage.conf"
    config.write_text(_STORAGE.format(directory))
    return {"CONTAINERS_STORAGE_CONF": str(config)}


class Podman:
    """`environment` makes any podman use this storage."""

    def __init__(self, directory):
        self._directory = Path(directory)
        self._directory.mkdir()
        self.environment = storage_environment(self._directory)

    def pull(self, name, arch):
        """The architecture of the image that podman chooses of a list."""
        environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(self._directory), **self.environment}

        def run(*words):
            done = subprocess.run([program("podman"), *words], env=environment, timeout=60, check=False,
                                  capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            return done.stdout.strip()

        image = run("pull", "--quiet", "--tls-verify=false", "--arch", arch, name).splitlines()[-1]
        return run("image", "inspect", "--format", "{{.Architecture}}", image)

    def make(self, name, arch):
        """Adds an image with one small file, for linux on this architecture."""
        layer = self._directory / "layer.tar"
        layer.write_bytes(images.layer_tar(f"{name} {arch}\n".encode()))
        command = [program("podman"), "import", "--quiet", "--arch", arch, str(layer), name]
        environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(self._directory)}
        subprocess.run(
            command, env={**environment, **self.environment}, check=True, timeout=60,
            stdout=subprocess.DEVNULL,
        )

    def make_pair(self, app):
        """Adds two images of a repository, for different platforms; returns their tags."""
        tags = "v1-arm64-20210624", "v1-amd64-20210624"
        for tag, arch in zip(tags, ("arm64", "amd64")):
            self.make(app.at(tag), arch)
        return tags
