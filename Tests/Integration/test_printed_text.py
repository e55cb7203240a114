"""What is printed of a registry's words: nothing that a terminal obeys, no line of its own, and not megabytes."""

import json

import pexpect  # Debian: python3-pexpect
import pytest

from support import images
from support.stub_registry import Answer, StubRegistry, errors

IMAGE = images.build("linux/arm64")
CONFIG = images.digest_of(IMAGE.blobs[0])
PATH = "/v2/test/app/manifests/v1"
CONTROLS = "\x1b[31m\n::warning::forged\x7f\x9b2J\u061c\u2028::warning::forged\u202e\u2066"
CONTROL_CHARACTERS = set("\x1b\x7f\x9b\u061c\u2028\u202e\u2066\r")


@pytest.fixture
def stub():
    with StubRegistry({}) as stub:
        yield stub


def answered(document, media_type=images.DOCKER_MANIFEST):
    content = json.dumps(document, ensure_ascii=False).encode()
    headers = {"Content-Type": media_type, "Docker-Content-Digest": images.digest_of(content)}
    return Answer(200, content, headers)


def image(**members):
    return answered({**json.loads(IMAGE.manifest), **members})


def image_list(**members):
    entry = {"mediaType": "a/b", "size": 1, "digest": IMAGE.digest,
             "platform": {"os": "linux", "architecture": "arm64"}, **members}
    index = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [entry]}
    return answered(index, images.OCI_INDEX)


def config(**members):
    return {**json.loads(IMAGE.manifest)["config"], **members}


def hostile_answers(text):
    """By the name of what holds the text."""
    parts = {"os": text, "architecture": text, "variant": text, "os.version": text, "os.features": [text]}
    base = {"os": "linux", "architecture": "arm64"}
    platforms = {
        f"platform {name}": image_list(platform={**base, name: value}) for name, value in parts.items()
    }
    return {
        "digest": image(config=config(digest=text)),
        "algorithm": image(config=config(digest=f"{text}:00")),
        "hex": image(config=config(digest=f"sha256:{text}")),
        "media type": image(mediaType=text),
        "media type of the config": image(config=config(mediaType=text)),
        "name": image(config={text: 1}),
        "two names": image(**{text + "a": 1, text + "A": 2}),
        "error": errors(404, text, text, text),
        "refusal": errors(403, text, text, text),
        "token server's error": Answer(403, json.dumps({"details": text}).encode()),
        **platforms,
    }


def looks_clean(output):
    lines = output.splitlines()
    return not CONTROL_CHARACTERS & set(output) and not any(line.strip().startswith("::") for line in lines)


@pytest.mark.parametrize("what", hostile_answers(""))
@pytest.mark.parametrize("options", [(), ("--debug",)])
def test_no_text_of_a_registry_controls_the_terminal_or_begins_a_line(stub, binary, what, options):
    stub.answers["GET", PATH] = hostile_answers(CONTROLS)[what]
    list_name = f"{stub.host}/test/app:list"
    for words in ("inspect", "--format", "json"), ("publish", list_name), ("resolve", "--trace"):
        result = binary.fail(*words, *options, f"{stub.host}/test/app:v1")
        assert looks_clean(result.stderr), result.stderr
        assert "ERROR: " in result.stderr and stub.host in result.stderr


LONG = {"accents": "a" + "\u0301" * 500_000, "controls": "\x9b" * 500_000}


@pytest.mark.parametrize("what", ["digest", "algorithm", "hex", "media type", "two names", "error", "refusal"])
@pytest.mark.parametrize("text", LONG)
def test_an_error_is_not_longer_than_a_screen(stub, binary, what, text):
    stub.answers["GET", PATH] = hostile_answers(LONG[text])[what]
    result = binary.fail("inspect", f"{stub.host}/test/app:v1")
    assert len(result.stderr.encode()) < 2500
    assert stub.host in result.stderr


@pytest.mark.parametrize("answer", [
    Answer(429, b"", {"Retry-After": "9" * 90_000}),
    Answer(200, b"{}", {"Content-Type": "x" * 60_000}),
    Answer(302, b"", {"Location": "ftp://" + "x" * 60_000}),
    Answer(401, b"", {"WWW-Authenticate": "x" * 60_000}),
    Answer(200, IMAGE.manifest, {"Docker-Content-Digest": "x" * 60_000, "Content-Type": IMAGE.media_type}),
])
def test_a_header_field_does_not_fill_the_screen(stub, binary, answer):
    stub.answers["GET", PATH] = answer
    for options, limit in ((), 2500), (("--debug",), 7500):
        assert len(binary.fail("inspect", *options, f"{stub.host}/test/app:v1").stderr) < limit


def test_a_list_of_many_images_is_not_printed_as_an_error(stub, binary):
    entry = {"mediaType": "a/b", "size": 1, "digest": IMAGE.digest,
             "platform": {"os": "linux", "architecture": "arm64"}}
    index = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [entry] * 5000}
    stub.answers["GET", PATH] = answered(index, images.OCI_INDEX)
    result = binary.fail("publish", f"{stub.host}/test/app:list", "v1", "--platform-from", "tag")
    assert len(result.stderr.splitlines()) < 30
    assert f"{stub.host}/test/app:v1 contains more than 1000 manifests" in result.stderr


def test_annotations_are_neither_printed_nor_changed(stub, binary):
    stub.answers["GET", PATH] = image_list(annotations={CONTROLS: CONTROLS, "a": "", "A": ""})
    name = f"{stub.host}/test/app:v1"
    assert binary.run("inspect", "--format", "platforms", name).stdout == "linux/arm64\n"
    assert binary.run("inspect", "--raw", name).stdout.encode() == stub.answers["GET", PATH].body


def test_a_raw_manifest_does_not_control_a_terminal(stub, binary):
    document = stub.answers["GET", PATH] = image_list(annotations={"a": "\x7f\x9b2J\u202e"})
    command = [str(binary.binary), "inspect", "--raw", f"{stub.host}/test/app:v1"]
    child = pexpect.spawn(command[0], command[1:], env=binary.environment, encoding="utf-8", timeout=30)
    child.expect(pexpect.EOF)
    shown = child.before
    assert not (CONTROL_CHARACTERS - {"\r"}) & set(shown)
    assert json.loads(shown) == json.loads(document.body)


@pytest.mark.parametrize("locale, quotes", [("C", '""'), ("C.UTF-8", "\u201c\u201d")])
def test_a_terminal_that_shows_only_ascii_gets_no_other_quotation_marks(binary, locale, quotes):
    """The bytes of the others are control characters there."""
    for words in ["inspect", "nope@"], ["hooks", "nope"]:
        child = pexpect.spawn(str(binary.binary), words, env={**binary.environment, "LC_ALL": locale}, encoding="utf-8")
        child.expect(pexpect.EOF)
        assert f"{quotes[0]}nope" in child.before and child.before.isascii() == (locale == "C"), child.before
