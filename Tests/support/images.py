"""Tiny images and lists of images, built in memory, with the same bytes every time.

`build("linux/arm/v7")` is an image with one config and one layer; `index([...])` is a list of
images. Nothing here talks to a registry: see `registry_api`.
"""

import gzip
import hashlib
import io
import json
import random
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
    """A manifest's bytes, and the blobs and images that must be pushed before it."""

    manifest: bytes
    media_type: str
    blobs: tuple = ()
    children: tuple = ()

    @property
    def digest(self):
        return digest_of(self.manifest)


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def build(platform="linux/amd64", kind="docker", os_version=None, os_features=(), marker="",
          config_type=None, fields=None, labels=None, size=0):
    """An image whose config has `platform` (OS/ARCH[/VARIANT]), or none at all (None).

    `kind` is docker (schema 2) or oci. Another `marker` makes another image of the same platform.
    `fields` replaces the platform fields of the config; `config_type` is its media type.
    `size` is how much the layer is larger than tiny, in bytes.
    """
    manifest_type, usual_type, layer_type = _PARTS[kind]
    tar = layer_tar(f"{platform} {os_version} {marker}\n".encode() + _noise(marker, size))
    layer = gzip.compress(tar, mtime=0)
    config = _json({
        **(platform_fields(platform, os_version, os_features) if fields is None else fields),
        "config": {"Labels": labels} if labels else {},
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
            {**_descriptor(image.media_type, image.manifest), "platform": platform_fields(name)}
            for image, name in images
        ],
    }), media_type)


def buildx(*platforms, marker="", annotations=None):
    """An index as `docker buildx build` pushes it: each image is followed later by its attestation.

    The layout of the JSON is buildx's, so that only an unchanged copy has the same digest.
    """
    built = [build(platform, "oci", marker=marker) for platform in platforms]
    attestations = [_attestation(image) for image in built]
    entries = [
        {**_descriptor(image.media_type, image.manifest), "platform": platform_fields(platform)}
        for image, platform in zip(built, platforms)
    ] + [
        {
            **_descriptor(attestation.media_type, attestation.manifest),
            "annotations": {
                "vnd.docker.reference.digest": image.digest,
                "vnd.docker.reference.type": "attestation-manifest",
            },
            "platform": {"architecture": "unknown", "os": "unknown"},
        }
        for image, attestation in zip(built, attestations)
    ]
    content = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
    if annotations:
        content["annotations"] = annotations
    return Image(
        json.dumps(content, indent=2).encode(), OCI_INDEX, children=(*built, *attestations))


def _attestation(image):
    """https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md"""
    predicate = "https://slsa.dev/provenance/v0.2"
    statement = _json({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": predicate,
        "subject": [{"name": "_", "digest": {"sha256": image.digest.removeprefix("sha256:")}}],
        "predicate": {"buildType": "https://mobyproject.org/buildkit@v1"},
    })
    config = _json({
        "architecture": "unknown",
        "os": "unknown",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(statement)]},
    })
    layer = {
        **_descriptor("application/vnd.in-toto+json", statement),
        "annotations": {"in-toto.io/predicate-type": predicate},
    }
    manifest = _json({
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": _descriptor("application/vnd.oci.image.config.v1+json", config),
        "layers": [layer],
    })
    return Image(manifest, OCI_MANIFEST, (config, statement))


def platform_fields(platform, os_version=None, os_features=()):
    if platform is None:
        return {}
    names = ("os", "architecture", "variant")
    fields = dict(zip(names, platform.split("/")))
    if os_version:
        fields["os.version"] = os_version
    if os_features:
        fields["os.features"] = list(os_features)
    return fields


def _noise(seed, size):
    """Bytes that cannot be compressed, always the same ones."""
    return random.Random(seed).randbytes(size)


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
