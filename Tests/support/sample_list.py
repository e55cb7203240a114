"""A list as registries have them, with fixed digests: two images of buildx with attestations, one for Windows, one that is
missing, and a signature in the registry's list of referrers."""

import json

from support import images
from support.stub_registry import Answer, StubRegistry

PATH = "shop/checkout"
CREATED = "2001-02-03T04:05:06Z"
TITLES = {
    "org.opencontainers.image.title": "checkout",
    "org.opencontainers.image.source": "https://git.example.com/shop/checkout",
    "org.opencontainers.image.description": "Takes orders, and charges credit cards. Ask the team “payments” about it.",
}
SIGNATURE = "application/vnd.dev.cosign.artifact.sig.v1+json"
SIZES = (29_125_000, 4_210_000, 1_700, 93)


def digest(text):
    return images.digest_of(text.encode())


def manifest(config, layers, config_type="application/vnd.oci.image.config.v1+json", **members):
    content = {
        "schemaVersion": 2,
        "mediaType": images.OCI_MANIFEST,
        "config": {"mediaType": config_type, "size": len(config), "digest": images.digest_of(config)},
        "layers": layers,
        **members,
    }
    return json.dumps(content).encode()


def image(platform, **settings):
    """The manifest and the config of an image that has no bytes."""
    names = dict(zip(("os", "architecture", "variant"), platform.split("/")))
    config = json.dumps({**names, "created": CREATED, "config": settings}).encode()
    layers = [
        {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "size": size, "digest": digest(f"{platform}{size}")}
        for size in SIZES
    ]
    return manifest(config, layers), config


def attestation(of, predicates):
    layers = [
        {"mediaType": "application/vnd.in-toto+json", "size": 24_000, "digest": digest(of + predicate),
         "annotations": {"in-toto.io/predicate-type": predicate}}
        for predicate in predicates
    ]
    return manifest(b"{}", layers), b"{}"


def entry(content, platform, **members):
    names = dict(zip(("os", "architecture", "variant"), platform.split("/")))
    names |= members.pop("more", {})
    return {"mediaType": images.OCI_MANIFEST, "size": len(content), "digest": images.digest_of(content),
            "platform": names, **members}


class SampleRegistry(StubRegistry):
    """The list is PATH:v1."""

    def __init__(self):
        super().__init__({})
        self.children = {}
        labels = {**TITLES, "org.opencontainers.image.version": "1.4.2"}
        start = {"Entrypoint": ["/usr/bin/checkout"], "Cmd": ["serve", "--port", "8080"], "User": "app", "Labels": labels}
        entries, attestations = [], []
        for platform in ("linux/amd64", "linux/arm64/v8"):
            content = self.add(platform, *image(platform, **start))
            entries.append(entry(content, platform))
            kinds = ["https://slsa.dev/provenance/v1", "https://spdx.dev/Document"]
            of = images.digest_of(content)
            content = self.add(f"attestation of {platform}", *attestation(of, kinds))
            note = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": of}
            attestations.append(entry(content, "unknown/unknown", annotations=note))
        content = self.add("windows/amd64", *image("windows/amd64"))
        entries.append(entry(content, "windows/amd64", more={"os.version": "10.0.20348.2113"}))
        entries.append(entry(b"pruned", "linux/s390x"))
        index = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": entries + attestations,
                 "annotations": {"org.opencontainers.image.created": CREATED, **TITLES}}
        self.index = json.dumps(index).encode()
        headers = {"Content-Type": images.OCI_INDEX, "Docker-Content-Digest": images.digest_of(self.index)}
        for name in ("v1", images.digest_of(self.index)):
            self.answers["GET", f"/v2/{PATH}/manifests/{name}"] = Answer(200, self.index, headers)
        self.answers["HEAD", f"/v2/{PATH}/manifests/v1"] = Answer(200, self.index, headers)
        self.answers["GET", f"/v2/{PATH}/manifests/app"] = self.children["linux/amd64"]
        for name, answer in list(self.children.items()):
            self.refer(images.digest_of(answer.body), [SIGNATURE] if name == "linux/amd64" else [])

    @property
    def name(self):
        return f"{self.host}/{PATH}:v1"

    def add(self, name, content, config):
        self.children[name] = Answer(200, content, {"Content-Type": images.OCI_MANIFEST})
        self.answers["GET", f"/v2/{PATH}/manifests/{images.digest_of(content)}"] = self.children[name]
        self.answers["GET", f"/v2/{PATH}/blobs/{images.digest_of(config)}"] = Answer(200, config)
        return content

    def refer(self, of, types):
        manifests = [
            {"mediaType": images.OCI_MANIFEST, "size": 700, "digest": digest(of + kind), "artifactType": kind}
            for kind in types
        ]
        index = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": manifests}
        answer = Answer(200, json.dumps(index).encode(), {"Content-Type": images.OCI_INDEX})
        self.answers["GET", f"/v2/{PATH}/referrers/{of}"] = answer
