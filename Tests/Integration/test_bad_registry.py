"""Registries that answer what they should not: played by a stub, since real ones don't do it.

Each gives an error that says what was wrong with which reference, and nothing is put.
"""

import json

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
    """A registry with one good image, which takes any list; tests replace single answers."""
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


def test_the_stub_is_a_registry(stub, binary):
    result = binary.publish(f"{stub.host}/test/app:v1", "v1-arm64")
    [put] = puts(stub)
    assert result.stdout == f"{images.digest_of(put.body)}\n"
    assert put.headers["Content-Type"] == images.DOCKER_LIST


@pytest.mark.parametrize("content", [b"garbage", b"", b"[]", b'{"schemaVersion": 2}', b"\xff\x00"])
def test_manifest_is_garbage(stub, binary, content):
    stub.answers["GET", MANIFEST_PATH] = manifest_answer(content, images.digest_of(content))
    result = publish_fails(stub, binary)
    assert "v1-arm64" in result.stderr
    assert puts(stub) == []


def test_manifest_is_not_what_its_digest_says(stub, binary):
    stub.answers["GET", MANIFEST_PATH] = manifest_answer(digest=images.digest_of(b"another"))
    result = publish_fails(stub, binary)
    assert "v1-arm64" in result.stderr
    assert images.digest_of(b"another") in result.stderr
    assert puts(stub) == []


def test_config_is_not_what_its_digest_says(stub, binary):
    stub.answers["GET", CONFIG_PATH] = Answer(200, CONFIG.replace(b"arm64", b"amd64"))
    publish_fails(stub, binary)
    assert puts(stub) == []


def test_registry_stores_something_else(stub, binary):
    other = images.digest_of(b"other")
    stub.answers["PUT", LIST_PATH] = Answer(201, b"", {"Docker-Content-Digest": other})
    result = publish_fails(stub, binary)
    assert other in result.stderr


def test_the_registrys_own_words_are_shown(stub, binary):
    stub.answers["PUT", LIST_PATH] = errors(403, "DENIED", "the project is frozen until Monday")
    result = publish_fails(stub, binary)
    assert "the project is frozen until Monday" in result.stderr


def test_the_registrys_words_cannot_command_the_terminal(stub, binary):
    stub.answers["PUT", LIST_PATH] = errors(403, "DENIED", "\x1b[2Jgone\x07")
    result = publish_fails(stub, binary)
    assert "gone" in result.stderr
    assert "\x1b" not in result.stderr and "\x07" not in result.stderr


def test_an_error_page_is_no_manifest(stub, binary):
    stub.answers["GET", MANIFEST_PATH] = Answer(
        200, b"<html>please log in</html>", {"Content-Type": "text/html"}
    )
    publish_fails(stub, binary)
    assert puts(stub) == []


def test_a_tag_that_could_not_be_put_is_told_apart_from_those_that_were(stub, binary):
    stub.answers["PUT", "/v2/test/app/manifests/v1.2"] = errors(403, "DENIED", "v1.2 is immutable")
    result = publish_fails(stub, binary, "-t", "v1.2")
    assert "v1.2 is immutable" in result.stderr
    assert f"published as {stub.host}/test/app:v1 " in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("form", ["table", "platforms"])
def test_what_inspect_shows_cannot_command_the_terminal(stub, binary, form):
    entry = {"mediaType": "a/\x1b]0;gone\x07b", "size": 1, "digest": GOOD.digest,
             "platform": {"os": "linux\x1b[31m", "architecture": "arm64"}}
    content = json.dumps({"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [entry]})
    stub.answers["GET", LIST_PATH] = manifest_answer(
        content.encode(), images.digest_of(content.encode()), images.OCI_INDEX
    )
    result = binary.run("inspect", "--format", form, f"{stub.host}/test/app:v1")
    assert "31m" in result.stdout
    assert "\x1b" not in result.stdout and "\x07" not in result.stdout


def test_a_password_does_not_follow_a_redirect(stub, binary):
    """The storage to which a registry leads asks for a token of its own, and gets none."""
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
