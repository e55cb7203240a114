"""Images of other repositories and registries: `docker manifestx publish` copies them first."""

import json
import random
import subprocess
from collections import Counter

import pytest

from Integration.test_inspect_check import lose_manifest
from support import images
from support.credentials import auth
from support.nginx import Nginx
from support.repository import LOOPBACK, Repository, platforms
from support.reverse_proxy import ReverseProxy
from support.stub_registry import Everywhere, StubRegistry, errors
from support.users import PUBLISHER


@pytest.fixture
def other(app):
    """Another repository of the same registry."""
    return Repository(app.registry, f"{app.path}-other")


def writes(requests):
    """The methods of requests that write, and how often each was answered with which status."""
    return Counter((r.method, r.status) for r in requests if r.writes)


def check_pull(repository, tag, *options):
    """podman's and skopeo's library reads every image of the list, and verifies its blobs."""
    for platform in platforms(repository.manifest(tag).content):
        system, architecture = platform.split("/")[:2]
        if system == "unknown":
            continue
        command = ["skopeo", "--override-os", system, "--override-arch", architecture, "copy", "-q",
                   *options, f"docker://{LOOPBACK}:{repository.registry.port}/{repository.path}:{tag}",
                   "dir:/dev/shm/manifestx-copy"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


def test_images_of_another_repository_are_mounted(app, other, plugin):
    other.push("v1-arm64", images.buildx("linux/arm64"))
    other.push("v1-amd64", "linux/amd64")
    mark = app.registry.log.mark()
    result = plugin.publish(app.at("v1"), other.at("v1-arm64"), other.at("v1-amd64"))
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "unknown/unknown", "linux/amd64"]
    # A mount for each of the blobs (three configs, three layers), three images and the list.
    assert writes(app.requests_since(mark)) == {("POST", 201): 6, ("PUT", 201): 4}
    check_pull(app, "v1", "--src-tls-verify=false")
    assert app.tags() == ["v1"]


def test_images_of_another_registry_are_copied(token_app, app, token_server, plugin):
    """Each registry with its own credentials, certificates and protocol."""
    app.push("v1-arm64", images.buildx("linux/arm64"))
    app.push("v1-amd64", "linux/amd64")
    plugin.trust(token_app.host, token_app.registry.ca_file)
    plugin.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    plugin.publish(token_app.at("v1"), app.at("v1-arm64"), app.at("v1-amd64"))
    assert platforms(token_app.manifest("v1").content)[::2] == ["linux/arm64", "linux/amd64"]
    for image in ("v1-arm64", "v1-amd64"):
        for entry in json.loads(app.manifest(image).content).get("manifests", []):
            assert token_app.manifest(entry["digest"]).content == app.manifest(entry["digest"]).content
    check_pull(token_app, "v1", "--src-tls-verify=false", "--src-creds", ":".join(PUBLISHER.pair))

    mark = token_app.registry.log.mark()
    result = plugin.publish(token_app.at("v1"), app.at("v1-arm64"), app.at("v1-amd64"))
    assert f"{token_app.at('v1')} is already this list" in result.stderr
    assert not [r for r in token_app.requests_since(mark) if r.writes and r.status < 300]


def test_between_repositories_of_a_registry_with_tokens(token_app, token_server, plugin):
    """One token covers the mount: push here, and pull there."""
    other = Repository(token_app.registry, f"{token_app.path}-other", token_app.address)
    other.push("v1-arm64", "linux/arm64")
    token_app.push("v1-amd64", "linux/amd64")
    plugin.trust(token_app.host, token_app.registry.ca_file)
    plugin.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    mark, token_mark = token_app.registry.log.mark(), token_server.mark()
    plugin.publish(token_app.at("v1"), other.at("v1-arm64"), "v1-amd64")
    assert writes(token_app.requests_since(mark)).keys() <= {("POST", 201), ("PUT", 201), ("POST", 401)}
    scopes = [request.scopes for request in token_server.since(token_mark)]
    assert len(scopes) <= 3, scopes
    check_pull(token_app, "v1", "--src-tls-verify=false", "--src-creds", ":".join(PUBLISHER.pair))


def test_tags_in_other_repositories_and_registries(app, other, token_app, plugin):
    plugin.trust(token_app.host, token_app.registry.ca_file)
    plugin.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    words = app.push_pair()
    names = f"{other.at('v1')}\n  {token_app.at('v1')} \n"
    result = plugin.publish("-t", names, "-t", "stable", app.at("v1"), *words)
    for repository, tags in ((app, ["v1", "stable"]), (other, ["v1"]), (token_app, ["v1"])):
        for tag in tags:
            assert f"{repository.manifest(tag).digest}\n" == result.stdout
            assert f"Published {repository.at(tag)}" in result.stderr
    check_pull(other, "v1", "--src-tls-verify=false")


def test_no_name_moves_where_a_target_cannot_be_written(app, other, token_app, plugin):
    """The token registry knows no user of ours."""
    plugin.trust(token_app.host, token_app.registry.ca_file)
    words = app.push_pair()
    before = app.push("v1", "linux/amd64").digest
    result = plugin.fail("publish", "-t", token_app.at("v1"), "-t", other.at("v1"), app.at("v1"), *words)
    assert f"docker login {token_app.host}" in result.stderr
    assert app.manifest("v1").digest == before
    assert "v1" not in other.tags()


def test_a_blob_that_is_missing_at_the_source(app, token_app, plugin):
    """The registry still has the manifest, and the blob was removed from its disk."""
    plugin.trust(token_app.host, token_app.registry.ca_file)
    plugin.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    image = app.push("v1-arm64", "linux/arm64")
    app.push("v1-amd64", "linux/amd64")
    before = token_app.push("v1", "linux/amd64").digest
    layer = images.digest_of(image.blobs[1]).removeprefix("sha256:")
    [data] = app.registry.directory.glob(f"**/blobs/sha256/{layer[:2]}/{layer}/data")
    data.unlink()
    result = plugin.fail("publish", token_app.at("v1"), app.at("v1-arm64"), app.at("v1-amd64"))
    assert f"sha256:{layer}" in result.stderr
    assert token_app.manifest("v1").digest == before


def test_a_dry_run_copies_nothing(app, other, plugin):
    other.push("v1-arm64", "linux/arm64")
    app.push("v1-amd64", "linux/amd64")
    mark = app.registry.log.mark()
    result = plugin.publish("--dry-run", app.at("v1"), other.at("v1-arm64"), "v1-amd64")
    assert platforms(result.stdout) == ["linux/arm64", "linux/amd64"]
    assert not writes(app.requests_since(mark))
    assert f"Would copy 1 image (2 blobs, at most " in result.stderr
    assert f" from {other.name} to {app.name}" in result.stderr


def test_many_uploads_in_a_registry_that_does_not_mount(app, other, binary):
    """Without HTTP/2, a download needs a connection beside that of the upload that it feeds."""
    architectures = ["amd64", "arm64", "ppc64le", "s390x", "riscv64", "386", "arm", "mips64le"]
    with ReverseProxy("harbor.intranet.example.com", {"/": app.host}, delay=0.05, mounts=False) as proxy:
        for architecture in architectures:
            other.push(f"v1-{architecture}", images.build(f"linux/{architecture}", marker=app.path, size=200_000))
        sources = [f"{proxy.name}/{other.path}:v1-{architecture}" for architecture in architectures]
        targets = [f"{proxy.name}/{path}:v1" for path in (app.path, f"{app.path}-second")]
        result = binary.publish("--insecure", targets[0], "-t", targets[1], *sources, timeout=60)
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert len(platforms(app.manifest("v1").content)) == len(architectures)


def test_what_the_target_has_is_not_sent_again(app, binary):
    """Also a layer that is larger than the largest manifest."""
    image = app.push("other", images.build("linux/amd64", marker=app.path, size=5_000_000))
    binary.publish("oci:layout:v1", app.at("other"))
    lose_manifest(app, image.digest)
    mark = app.registry.log.mark()
    result = binary.publish(app.at("v1"), "oci:layout:v1")
    assert "Copied 0 blobs (0B)" in result.stderr and "2 were there already" in result.stderr
    assert writes(app.requests_since(mark)) == {("PUT", 201): 2}
    binary.run("inspect", "--check", app.at("v1"))


def image_with_layers(count, size, architecture="amd64"):
    layers = [random.Random(number).randbytes(size) for number in range(count)]
    config = {"os": "linux", "architecture": architecture,
              "rootfs": {"type": "layers", "diff_ids": [images.digest_of(layer) for layer in layers]}}
    blobs = [json.dumps(config).encode(), *layers]
    types = ["application/vnd.oci.image.config.v1+json"] + ["application/vnd.oci.image.layer.v1.tar"] * count
    described = [{"mediaType": t, "digest": images.digest_of(b), "size": len(b)} for t, b in zip(types, blobs)]
    manifest = {"schemaVersion": 2, "mediaType": images.OCI_MANIFEST, "config": described[0], "layers": described[1:]}
    return images.Image(json.dumps(manifest).encode(), images.OCI_MANIFEST, tuple(blobs))


def test_a_server_may_end_the_connection_after_any_request(app, authority, binary, tmp_path):
    """nginx does so after 1000 of them. No request may then get into the connection of an upload."""
    app.push("v1-amd64", image_with_layers(36, 300_000))
    binary.publish("oci:layout:v1", app.at("v1-amd64"))
    certificate = authority.server("registry.example.com")
    settings = "keepalive_requests 2; proxy_request_buffering off;"
    with Nginx(tmp_path, "registry.example.com", app.host, certificate, settings) as nginx:
        binary.trust(nginx.host, authority.ca_file)
        for number in range(3):
            binary.publish("--timeout", "5s", f"{nginx.host}/{app.path}-{number}:v1", "oci:layout:v1")


def test_a_layer_of_two_repositories_is_sent_once(app, other, token_app, binary):
    """Their images have it in common, and are copied at the same time."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    binary.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    for repository, architecture in (app, "amd64"), (other, "arm64"):
        repository.push("v1", image_with_layers(1, 2_000_000, architecture))
    mark = token_app.registry.log.mark()
    result = binary.publish(token_app.at("v1"), "--platform", f"{app.at('v1')}=linux/amd64", app.at("v1"), other.at("v1"))
    assert "Copied 3 blobs (2MB)" in result.stderr and "1 was there already" in result.stderr
    puts = [r.path for r in token_app.requests_since(mark) if r.method == "PUT" and "/blobs/" in r.path]
    assert len(puts) == 3


def test_a_target_that_cannot_be_reached_ends_the_run_at_once(app, other, binary):
    """No layer is sent to the other one first."""
    other.push("v1-amd64", images.build("linux/amd64", marker=app.path, size=200_000))
    mark = app.registry.log.mark()
    words = ["--retry-max-wait", "1ms", app.at("v1"), "-t", "127.0.0.1:1/a:v1", other.at("v1-amd64")]
    error = binary.fail("publish", *words, code=5).stderr
    assert error.count("ERROR: cannot connect to 127.0.0.1:1") == 1 and "WARNING" not in error
    assert not writes(app.requests_since(mark))


def test_a_full_quota_is_nothing_about_credentials(app, other, binary):
    """Harbor's answer."""
    other.push("v1-amd64", "linux/amd64")
    text = "adding 5.0 MiB of storage resource, which will exceed the configured upper limit of 1.0 GiB"
    refused, missing = errors(403, "DENIED", text), errors(404, "MANIFEST_UNKNOWN", "unknown")
    with StubRegistry(Everywhere(lambda request: missing if request.method in ("GET", "HEAD") else refused)) as full:
        error = binary.fail("publish", f"{full.host}/a:v1", other.at("v1-amd64"), code=1).stderr
    assert "will exceed" in error and "\n  Delete images there, or ask the registry's owner" in error and "login" not in error


def test_a_target_that_refuses_ends_the_copies_to_the_others(app, other, binary):
    """Nothing can be published any more, and the rest may take hours."""
    other.push("v1-amd64", images.build("linux/amd64", marker=app.path, size=200_000))
    with (ReverseProxy("harbor.intranet.example.com", {"/": app.host}, delay=1) as proxy,
          StubRegistry(Everywhere(errors(403, "DENIED", "this project is frozen"))) as denied):
        mark = app.registry.log.mark()
        source = f"{proxy.name}/{other.path}:v1-amd64"
        error = binary.fail("publish", "--insecure", app.at("v1"), "-t", f"{denied.host}/a:v1", source).stderr
    assert error.count("ERROR: ") == 1 and "this project is frozen" in error
    assert ("PUT", 201) not in writes(app.requests_since(mark))


def test_repositories_of_one_registry_share_what_is_copied(app, other, token_app, binary):
    """One download of each blob; the other repositories mount it."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    binary.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    image = token_app.push("v1-amd64", "linux/amd64")
    mark, token_mark = app.registry.log.mark(), token_app.registry.log.mark()
    binary.publish(app.at("v1"), "-t", other.at("v1"), "-t", other.at("v2"), token_app.at("v1-amd64"))
    downloads = [r.path for r in token_app.requests_since(token_mark) if r.method == "GET" and r.status == 200]
    assert sum(images.digest_of(image.blobs[1]) in path for path in downloads) == 1
    assert writes(other.requests_since(mark)) == {("POST", 201): 2, ("PUT", 201): 3}
    check_pull(other, "v2", "--tls-verify=false")


def test_a_registry_that_only_says_it_has_the_image(app, other, token_app, binary):
    """It refuses the list. The image is then copied all the same, whatever other registries do."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    binary.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    token_app.push("v1-amd64", "linux/amd64")

    def lie(method, path):
        return 200 if method == "HEAD" and "/manifests/sha256:" in path else None

    with ReverseProxy("harbor.intranet.example.com", {"/": app.host}, intercept=lie) as proxy:
        for number, command in enumerate([["publish"], ["add"], ["publish", "-t", other.at("v1")],
                                          ["publish", "--keep-tags", "{tag}-kept-{arch}"]]):
            target = f"{proxy.name}/{app.path}-{number}:v1"
            result = binary.run(*command, "--insecure", target, token_app.at("v1-amd64"))
            assert f"Published {target}\n" in result.stderr
            assert platforms(Repository(app.registry, f"{app.path}-{number}").manifest("v1").content) == ["linux/amd64"]
    check_pull(other, "v1", "--tls-verify=false")
    kept = Repository(app.registry, f"{app.path}-3").manifest("v1-kept-amd64")
    assert kept.digest == token_app.manifest("v1-amd64").digest


def test_what_is_mounted_is_not_read_there(app, other, token_app, binary):
    """A registry may show later what was pushed, or allow pushing alone."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    binary.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    token_app.push("v1-amd64", "linux/amd64")

    def hide(method, path):
        return 404 if method == "GET" and ("/manifests/sha256:" in path or "/blobs/sha256:" in path) else None

    with ReverseProxy("harbor.intranet.example.com", {"/": app.host}, intercept=hide) as proxy:
        names = [f"{proxy.name}/{path}:v1" for path in (app.path, other.path)]
        binary.publish("--insecure", names[0], "-t", names[1], token_app.at("v1-amd64"))
    for repository in (app, other):
        check_pull(repository, "v1", "--tls-verify=false")
