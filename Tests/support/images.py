"""Tiny images and lists of images, built in memory, with the same bytes every time.

`build("linux/arm/v7")` is an image with one config and one layer; `index([...])` is a list of
images. Nothing here talks to a registry: see `registry_api`.
"""

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"

_PARTS = {
    "docker": (
        DOCKER_MANIFEST,
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
    ),
    "oci": (
        OCI_MANIFEST,
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar+gzip",
    ),
}


@dataclass(frozen=True)
class Image:
    """A manifest's bytes, and the blobs that must be pushed before it."""

    manifest: bytes
    media_type: str
    blobs: tuple = ()

    @property
    def digest(self):
        return digest_of(self.manifest)


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def build(platform="linux/amd64", kind="docker", os_version=None, os_features=(), marker="",
          config_type=None, fields=None):
    """An image whose config has `platform` (OS/ARCH[/VARIANT]), or none at all (None).

    `kind` is docker (schema 2) or oci. Another `marker` makes another image of the same platform.
    `fields` replaces the platform fields of the config; `config_type` is its media type.
    """
    manifest_type, usual_type, layer_type = _PARTS[kind]
    tar = layer_tar(f"{platform} {os_version} {marker}\n".encode())
    layer = gzip.compress(tar, mtime=0)
    config = _json({
        **(_platform_fields(platform, os_version, os_features) if fields is None else fields),
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(tar)]},
    })
    manifest = _json({
        "schemaVersion": 2,
        "mediaType": manifest_type,
        "config": _descriptor(config_type or usual_type, config),
        "layers": [_descriptor(layer_type, layer)],
    })
    return Image(manifest, manifest_type, (config, layer))


def index(images, media_type=OCI_INDEX):
    """A list of (image, platform) pairs, as another tool would make it."""
    return Image(_json({
        "schemaVersion": 2,
        "mediaType": media_type,
        "manifests": [
            {**_descriptor(image.media_type, image.manifest), "platform": _platform_fields(name)}
            for image, name in images
        ],
    }), media_type)


def _platform_fields(platform, os_version=None, os_features=()):
    if platform is None:
        return {}
    names = ("os", "architecture", "variant")
    fields = dict(zip(names, platform.split("/")))
    if os_version:
        fields["os.version"] = os_version
    if os_features:
        fields["os.features"] = list(os_features)
    return fields


def layer_tar(content):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo("platform.txt")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def _descriptor(media_type, content):
    return {"mediaType": media_type, "size": len(content), "digest": digest_of(content)}


def _json(value):
    return json.dumps(value, separators=(",", ":")).encode()
