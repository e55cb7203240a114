"""Invalid responses of a registry, from a stub.

Each causes an error that names the reference and the problem, and nothing is published.
"""

import gzip
import json
from dataclasses import replace

import pytest

from support import images
from support.credentials import auth
from support.stub_registry import Answer, StubRegistry, errors
from support.users import PUBLISHER

GOOD = images.build("linux/arm64")
CONFIG = GOOD.blobs[0]
MANIFEST_PATH = "/v2/test/app/manifests/v1-arm64"
CONFIG_PATH = f"/v2/test/app/blobs/{images.digest_of(CONFIG)}"
LIST_PATH = "/v2/test/app/manifests/v1"


def manifest_answer(content=GOOD.manifest, digest=GOOD.digest, media_type=GOOD.media_type):
    return Answer(200, content, {"Content-Type": media_type, "Docker-Content-Digest": digest})


def created(request):
    return Answer(201, b"", {"Docker-Content-Digest": images.digest_of(request.body)})


@pytest.fixture
def stub():
    """A registry with one valid image, which accepts any list; tests replace single answers."""
    answers = {
        ("GET", MANIFEST_PATH): manifest_answer(),
        ("GET", CONFIG_PATH): Answer(200, CONFIG),
        ("PUT", LIST_PATH): created,
    }
    with StubRegistry(answers) as stub:
        yield stub


def publish_fails(stub, plugin, *options):
    result = plugin.fail("publish", *options, f"{stub.host}/test/app:v1", "v1-arm64")
    assert stub.host in result.stderr
    return result


def puts(stub):
    return [request for request in stub.requests if request.method == "PUT"]


def test_the_unchanged_stub_accepts_a_publish(stub, binary):
    result = binary.publish(f"{stub.host}/test/app:v1", "v1-arm64")
    [put] = puts(stub)
    assert result.stdout == f"{images.digest_of(put.body)}\n"
    assert put.headers["Content-Type"] == images.DOCKER_LIST


@pytest.mark.parametrize("content", [b"garbage", b"", b"[]", b'{"schemaVersion": 2}', b"\xff\x00"])
def test_invalid_manifest_is_an_error(stub, binary, content):
    stub.answers["GET", MANIFEST_PATH] = manifest_answer(content, images.digest_of(content))
    result = publish_fails(stub, binary)
    assert "v1-arm64" in result.stderr
    assert puts(stub) == []


def test_manifest_with_the_wrong_digest_is_an_error(stub, binary):
    stub.answers["GET", MANIFEST_PATH] = manifest_answer(digest=images.digest_of(b"another"))
    result = publish_fails(stub, binary)
    assert "v1-arm64" in result.stderr
    assert images.digest_of(b"another") in result.stderr
    assert puts(stub) == []


def test_config_with_the_wrong_digest_is_an_error(stub, binary):
    stub.answers["GET", CONFIG_PATH] = Answer(200, CONFIG.replace(b"arm64", b"amd64"))
    publish_fails(stub, binary)
    assert puts(stub) == []


def test_registry_that_stores_another_digest_is_an_error(stub, binary):
    other = images.digest_of(b"other")
    stub.answers["PUT", LIST_PATH] = Answer(201, b"", {"Docker-Content-Digest": other})
    result = publish_fails(stub, binary)
    assert other in result.stderr


def test_the_registrys_error_message_is_shown(stub, binary):
    stub.answers["PUT", LIST_PATH] = errors(403, "DENIED", "the project is frozen until Monday")
    result = publish_fails(stub, binary)
    assert "the project is frozen until Monday" in result.stderr


def test_html_page_is_not_a_manifest(stub, binary):
    stub.answers["GET", MANIFEST_PATH] = Answer(
        200, b"<html>please log in</html>", {"Content-Type": "text/html"}
    )
    result = publish_fails(stub, binary)
    named = f"the manifest of {stub.host}/test/app:v1-arm64 cannot be read: it is a web page"
    assert f"{named}\n  The response may come from a firewall or a proxy" in result.stderr
    assert puts(stub) == []


def test_failed_tag_is_reported_beside_the_published_ones(stub, binary):
    stub.answers["PUT", "/v2/test/app/manifests/v1.2"] = errors(403, "DENIED", "v1.2 is immutable")
    result = publish_fails(stub, binary, "-t", "v1.2")
    assert "v1.2 is immutable" in result.stderr
    assert f"published only as {stub.host}/test/app:v1." in result.stderr
    assert result.stdout == ""


def publish_answer(content):
    return manifest_answer(content, images.digest_of(content))


AMD64 = images.build("linux/amd64")
OTHER = json.loads(AMD64.manifest)["config"]


@pytest.mark.parametrize("members, words", [
    ({"Config": OTHER}, ["config", "Config"]),
    ({"config": {**json.loads(GOOD.manifest)["config"], "dige\u017ft": OTHER["digest"]}},
     ["digest", "dige\u017ft"]),
    ({"MediaType": images.DOCKER_LIST}, ["mediaType", "MediaType"]),
    ({"manifests": []}, ["manifests", "config"]),
    ({"fsLayers": []}, ["config", "fsLayers"]),
    ({"schemaVersion": 1}, ["config", "schemaVersion 1"]),
    ({"mediaType": images.OCI_INDEX}, [images.OCI_INDEX, GOOD.media_type]),
])
def test_manifest_in_which_docker_sees_another_image_is_refused(stub, binary, members, words):
    content = json.dumps({**json.loads(GOOD.manifest), **members}, ensure_ascii=False).encode()
    stub.answers["GET", MANIFEST_PATH] = publish_answer(content)
    result = publish_fails(stub, binary)
    assert f"the manifest of {stub.host}/test/app:v1-arm64 cannot be read" in result.stderr
    assert all(word in result.stderr for word in words)
    assert puts(stub) == []


def test_docker_manifest_without_media_type_is_refused_where_docker_refuses_it(stub, binary):
    content = json.loads(GOOD.manifest)
    del content["mediaType"]
    image = images.Image(json.dumps(content).encode(), GOOD.media_type)
    entry = {"mediaType": image.media_type, "digest": image.digest, "size": len(image.manifest),
             "platform": {"os": "linux", "architecture": "arm64"}}
    listing = images.Image(
        json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode(), images.DOCKER_LIST)
    for path in (MANIFEST_PATH, f"/v2/test/app/manifests/{image.digest}"):
        stub.answers["GET", path] = manifest_answer(image.manifest, image.digest)
    stub.answers["GET", LIST_PATH] = manifest_answer(listing.manifest, listing.digest, images.DOCKER_LIST)
    words = "it has no mediaType, and docker does not pull a manifest of this type without one"
    name = f"{stub.host}/test/app:v1"
    assert words in publish_fails(stub, binary).stderr
    assert words in binary.fail("inspect", "--check", f"{name}-arm64").stderr
    assert words in binary.fail("inspect", "--check", name).stderr
    assert words in binary.fail("inspect", "--compat", name).stderr
    assert "linux/arm64" in binary.run("inspect", name).stdout
    # In a list that can be read.
    content = {**json.loads(listing.manifest), "mediaType": images.DOCKER_LIST}
    stub.answers["GET", LIST_PATH] = manifest_answer(
        whole := json.dumps(content).encode(), images.digest_of(whole), images.DOCKER_LIST)
    assert words in binary.attempt("inspect", "--check", name).stdout
    assert puts(stub) == []


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_status_of_a_put_is_accepted(stub, binary, status):
    """Only the digest counts: with another digest, the same status is an error."""
    stub.answers["PUT", LIST_PATH] = lambda request: replace(created(request), status=status)
    binary.publish(f"{stub.host}/test/app:v1", "v1-arm64")
    wrong = {"Docker-Content-Digest": images.digest_of(b"another")}
    stub.answers["PUT", LIST_PATH] = Answer(status, b"", wrong)
    assert "do not use this tag" in publish_fails(stub, binary).stderr


def test_list_that_is_accepted_but_missing_afterwards_is_an_error(stub, binary):
    stub.answers["PUT", LIST_PATH] = Answer(201)
    stub.answers["GET", LIST_PATH] = errors(404, "MANIFEST_UNKNOWN", "manifest unknown")
    result = publish_fails(stub, binary)
    assert "docker push" not in result.stderr
    assert f"accepted {stub.host}/test/app:v1, but does not have it" in result.stderr


def test_missing_config_is_named(stub, binary):
    """As after a failed garbage collection of the registry."""
    stub.answers["GET", CONFIG_PATH] = errors(404, "BLOB_UNKNOWN", "blob unknown to registry")
    result = publish_fails(stub, binary)
    assert f"{stub.host}/test/app:v1-arm64 is in the registry, but its config " in result.stderr
    assert images.digest_of(CONFIG) in result.stderr and "is this a registry" not in result.stderr


@pytest.mark.parametrize("blob", GOOD.blobs, ids=["config", "layer"])
@pytest.mark.parametrize("length", [None, "20"])
def test_a_web_page_says_nothing_about_the_image(stub, binary, blob, length):
    """Of the network's sign-in, for example: building the image again does not help."""
    path = f"/v2/test/app/blobs/{images.digest_of(blob)}"
    fields = {"Content-Type": "text/html"} | ({} if length else {"Transfer-Encoding": "chunked"})
    page = b"<html>log in</html>\n"
    stub.answers["GET", path] = Answer(200, page if length else b"14\r\n" + page + b"\r\n0\r\n\r\n", fields)
    error = binary.fail("publish", "oci:layout:v1", f"{stub.host}/test/app:v1-arm64").stderr
    assert f"{stub.host}{path} sent a response that cannot be used: it is a web page\n" in error
    assert "a firewall or a proxy" in error


@pytest.mark.parametrize("path, what", [
    (MANIFEST_PATH, "pulling {image}"), (CONFIG_PATH, "pulling the config of {image}"),
])
def test_too_large_content_is_named(stub, binary, path, what):
    large = Answer(200, b" " * (5 << 20), {"Content-Type": images.DOCKER_MANIFEST})
    stub.answers["GET", path] = large
    result = publish_fails(stub, binary)
    assert what.format(image=f"{stub.host}/test/app:v1-arm64") in result.stderr
    assert "4 MiB" in result.stderr


def test_unexpected_content_types_and_encodings_are_named(stub, binary):
    page = Answer(200, b"Log in", {"Content-Type": "text/html; charset=utf-8"})
    stub.answers["GET", MANIFEST_PATH] = page
    assert "text/html" in publish_fails(stub, binary).stderr
    packed = gzip.compress(GOOD.manifest)
    headers = {"Content-Type": GOOD.media_type, "Content-Encoding": "gzip"}
    stub.answers["GET", MANIFEST_PATH] = Answer(200, packed, headers)
    assert "gzip" in publish_fails(stub, binary).stderr


def test_error_over_plain_http_does_not_mention_https(stub, binary):
    stub.answers["GET", MANIFEST_PATH] = Answer(400)
    assert "https" not in publish_fails(stub, binary).stderr


def test_retry_after_beyond_the_limit_is_reported(stub, binary):
    stub.answers["GET", MANIFEST_PATH] = Answer(503, b"", {"Retry-After": "3600"})
    result = publish_fails(stub, binary)
    assert "3600" in result.stderr and "--retry-max-wait" in result.stderr


def test_waiting_is_reported_even_with_quiet(stub, binary):
    """Without a message, a long wait looks like a hanging program."""
    answers = iter([Answer(503, b"", {"Retry-After": "1"}), manifest_answer()])
    stub.answers["GET", MANIFEST_PATH] = lambda request: next(answers)
    result = binary.publish("--quiet", f"{stub.host}/test/app:v1", "v1-arm64")
    assert "in 1 s: it returned" in result.stderr


def test_credentials_do_not_follow_a_redirect(stub, binary):
    """The storage of a redirect requires a token of its own, and gets none."""
    with StubRegistry({}) as storage:
        challenge = f'Bearer realm="{storage.url}/token",service="x"'
        storage.answers["GET", "/blob"] = Answer(401, b"", {"WWW-Authenticate": challenge})
        stub.answers["GET", CONFIG_PATH] = Answer(307, b"", {"Location": f"{storage.url}/blob"})
        binary.configure({"auths": {stub.host: auth(PUBLISHER)}})
        result = binary.fail("publish", f"{stub.host}/test/app:v1", "v1-arm64")
        assert storage.host in result.stderr and "docker login" not in result.stderr
        assert [request.path for request in storage.requests] == ["/blob"]
        assert "Authorization" not in storage.requests[0].headers
    assert puts(stub) == []
