"""One repository of one registry, in which a test puts its images and checks the results.

The plugin may use another address of the registry than the tests do. On loopback docker accepts
plain HTTP and any certificate. NON_LOOPBACK is an address of the tests' own network (see
`in-network`) for which docker requires TLS and a trusted certificate.
"""

import json
import subprocess
from dataclasses import dataclass

from support import images
from support.registry import Registry


LOOPBACK = "127.0.0.1"
NON_LOOPBACK = "198.51.100.1"


@dataclass(frozen=True)
class Repository:
    """The plugin uses `address`; the tests' own requests go to loopback."""

    registry: Registry
    path: str
    address: str = LOOPBACK

    @property
    def host(self):
        """As in a reference: HOST:PORT."""
        return f"{self.address}:{self.registry.port}"

    @property
    def name(self):
        """As in a reference: HOST:PORT/PATH."""
        return f"{self.host}/{self.path}"

    def at(self, tag):
        return f"{self.name}:{tag}"

    def push(self, tag, image="linux/amd64", **options):
        """Pushes an image, or a new one of the named platform; returns the image."""
        if not isinstance(image, images.Image):
            image = images.build(image, marker=self.path, **options)
        self.registry.api.push(self.path, image, tag)
        return image

    def push_pair(self):
        """Pushes two images of different platforms; returns their tags."""
        self.push("v1-arm64-20210624", "linux/arm64")
        self.push("v1-amd64-20210624", "linux/amd64")
        return "v1-arm64-20210624", "v1-amd64-20210624"

    def tags(self):
        return self.registry.tags(self.path)

    def manifest(self, reference):
        return self.registry.manifest(self.path, reference)

    def stored(self, *parts):
        """A path in the registry's own files."""
        return self.registry.directory.joinpath("storage/docker/registry/v2/repositories", self.path, *parts)

    def requests_since(self, mark):
        """The requests for this repository after a mark of the registry's log."""
        prefix = f"/v2/{self.path}/"
        return [r for r in self.registry.log.since(mark) if r.path.startswith(prefix)]


def push_list(app, *platforms, tag="v1", kind="docker"):
    """Pushes a list of new images; returns these in their order."""
    parts = [images.build(name, kind, marker=f"{app.path} {number}") for number, name in enumerate(platforms)]
    for image in parts:
        app.push(None, image)
    app.push(tag, images.index(list(zip(parts, platforms)), images.DOCKER_LIST))
    return parts


def platforms(content):
    """The platforms of a list in order, as OS/ARCH[/VARIANT]."""
    return [platform_text(entry["platform"]) for entry in json.loads(content)["manifests"]]


def platform_text(platform):
    parts = platform["os"], platform["architecture"], platform.get("variant")
    return "/".join(part for part in parts if part)


def skopeo_raw(reference, *options):
    """The bytes of a manifest, as skopeo gets them."""
    command = ["skopeo", "inspect", "--raw", *options, f"docker://{reference}"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
