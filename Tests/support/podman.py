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

    def run(self, *words):
        """What podman prints."""
        environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(self._directory), **self.environment}
        done = subprocess.run([program("podman"), *words], env=environment, timeout=60, check=False,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def pull(self, name, arch):
        """The architecture of the image that podman chooses of a list."""
        image = self.run("pull", "--quiet", "--tls-verify=false", "--arch", arch, name).splitlines()[-1]
        return self.run("image", "inspect", "--format", "{{.Architecture}}", image)

    def make(self, name, arch):
        """Adds an image with one small file, for linux on this architecture."""
        layer = self._directory / "layer.tar"
        layer.write_bytes(images.layer_tar(f"{name} {arch}\n".encode()))
        self.run("import", "--quiet", "--arch", arch, str(layer), name)

    def make_list(self, name, images):
        """A list of images on this machine, as `podman build --manifest` makes it."""
        self.run("manifest", "create", name)
        for image in images:
            self.run("manifest", "add", name, f"containers-storage:{image}")

    def make_pair(self, app):
        """Adds two images of a repository, for different platforms; returns their tags."""
        tags = "v1-arm64-20210624", "v1-amd64-20210624"
        for tag, arch in zip(tags, ("arm64", "amd64")):
            self.make(app.at(tag), arch)
        return tags
