"""doctor and what a server answers: whether it is a registry, and what its answers say about this account."""

import pytest

from Integration.test_doctor import NAME, doctor, log_in, states
from support.images import OCI_INDEX
from support.stub_registry import Answer, Everywhere, StubRegistry, errors
from support.users import PUBLISHER, User

PAGE = Answer(200, b"<html>", {"Content-Type": "text/html; charset=utf-8"})
TAGS, HEAD = ("GET", "/v2/test/app/tags/list?n=1"), ("HEAD", "/v2/test/app/manifests/v1")
REFERRERS = f"/v2/test/app/referrers/sha256:{'0' * 64}"


def test_other_web_server_is_no_registry(authority, binary):
    with StubRegistry({}, authority.server(names=(NAME,))) as server:
        host = f"{NAME}:{server.port}"
        binary.trust(host, authority.ca_file)
        found = doctor(binary, host, code=1)
    assert found["HTTP"][0] == "failure" and "404" in found["HTTP"][1]


def doctor_at_stub(binary, answers, name="/test/app:v1", **options):
    with StubRegistry(answers) as server:
        return doctor(binary, f"{server.host}{name}", **options), server


def test_web_page_is_no_registry(binary):
    found, server = doctor_at_stub(binary, {("GET", "/v2/"): PAGE}, code=1)
    assert found["HTTP"][:2] == ("failure", "/v2/ returned a web page, not the answer of a registry")
    assert states(found, "pull", "image", "features") == ["skipped"] * 3
    assert {request.path for request in server.requests} == {"/v2/"}
    # Quay gives this answer, with this type.
    found, _ = doctor_at_stub(binary, {("GET", "/v2/"): Answer(200, b"true", PAGE.headers)}, name="")
    assert states(found, "HTTP", "auth") == ["ok", "ok"]


def test_web_page_after_a_login(binary):
    """A server that is no registry can ask for a password, too."""
    def answer(request):
        return PAGE if "Authorization" in request.headers else Answer(401, b"", {"WWW-Authenticate": 'Basic realm="wiki"'})
    with StubRegistry({("GET", "/v2/"): answer}) as server:
        log_in(binary, server.host, PUBLISHER)
        found = doctor(binary, server.host, code=1)
    assert found["login"][:2] == ("failure", f"{server.host}/v2/ sent a response that cannot be used: it is a web page")


@pytest.mark.parametrize("answer", [PAGE, Answer(200, b'{"status": "up"}'), Answer(200)])
def test_other_answers_than_those_of_a_registry(binary, answer):
    right = {("GET", "/v2/"): Answer(200), TAGS: Answer(200, b'{"tags": []}')}
    others = {HEAD: answer, ("GET", REFERRERS): answer}
    found, server = doctor_at_stub(binary, {**right, **others})
    named = "the type “text/html”, which is not that of a manifest" if answer == PAGE else "no type"
    assert found["image"][:2] == (
        "warning", f"the registry's answer for {server.host}/test/app:v1 has {named}")
    assert found["features"][1].startswith("referrers: unknown;")
    found, server = doctor_at_stub(binary, {**right, TAGS: answer}, code=1)
    assert found["pull"][0] == "failure"
    assert f"{server.host}/v2/test/app/tags/list?n=1 sent a response that cannot be used: " in found["pull"][1]
    assert states(found, "image", "features") == ["skipped"] * 2


def test_clock_and_rate_limit(authority, binary):
    answers = {
        ("GET", "/v2/"): Answer(200, headers={"Date": "Sun, 06 Nov 1994 08:49:37 GMT"}),
        TAGS: Answer(200, b'{"tags": []}'),
        HEAD: Answer(200, headers={
            "Content-Type": OCI_INDEX, "RateLimit-Remaining": "0;w=21600", "RateLimit-Limit": "100;w=21600",
        }),
        ("GET", REFERRERS): Answer(200, b'{"schemaVersion": 2, "manifests": []}'),
    }
    with StubRegistry(answers, authority.server(names=(NAME,))) as server:
        host = f"{NAME}:{server.port}"
        binary.trust(host, authority.ca_file)
        found = doctor(binary, f"{host}/test/app:v1")
    assert found["clock"][0] == "warning" and " s ahead of the registry's" in found["clock"][1]
    assert found["rate limit"][:2] == ("warning", "0 of 100 left")
    assert found["image"][:2] == ("ok", f"{host}/test/app:v1 exists")
    assert found["features"][1] == "referrers: yes; mount, delete: unknown without writing"
    assert {request.method for request in server.requests} == {"GET", "HEAD"}


@pytest.mark.parametrize("tags", [
    errors(403, "DENIED", "not authorized to perform: ecr:ListImages"), errors(405, "UNSUPPORTED", "no listing"),
    Answer(200, b'{"tags": ["' + b"a" * (5 << 20)), errors(404, "NOT_FOUND", "no such page"),
], ids=["denied", "unsupported", "too large", "missing"])
def test_an_account_that_pulls_and_lists_no_tags(binary, tags):
    answers = {("GET", "/v2/"): Answer(200), TAGS: tags, HEAD: Answer(200, headers={"Content-Type": OCI_INDEX})}
    found, server = doctor_at_stub(binary, answers)
    assert found["pull"][:2] == ("ok", f"{server.host}/test/app can be read")
    assert states(found, "image", "features") == ["ok", "ok"]
    if tags.status == 404:  # Then the repository seems to be missing.
        return
    # Without the name of an image, it is not known.
    found, server = doctor_at_stub(binary, answers, name="/test/app")
    assert found["pull"] == (
        "skipped", f"not known: the tags cannot be listed, and {server.host}/test/app:latest was not found",
        [f"To check it: docker manifestx doctor {server.host}/test/app:TAG, with a tag that exists"])
    found, _ = doctor_at_stub(binary, {**answers, HEAD: errors(403, "DENIED", "")}, code=1)
    assert found["pull"][0] == "failure" and "403" in found["pull"][1]


@pytest.mark.parametrize("scheme, words", [
    ("Bearer", ["doctor"]), ("Basic", ["doctor"]), ("Bearer", ["--debug", "inspect"])])
def test_a_password_of_an_earlier_run_is_not_shown(binary, scheme, words):
    """The server repeats it in its first answer, before this run has sent it."""
    user = User("me", "sesame-4711")
    binary.secrets.append(user.pair)
    with StubRegistry({}) as server:
        challenge = f'{scheme} realm="{server.url}/token/{user.password}",service="{user.password}"'
        server.answers = Everywhere(Answer(401, b"", {"WWW-Authenticate": challenge}))
        log_in(binary, server.host, user)
        result = binary.attempt(*words, f"{server.host}/test/app:v1")
    assert "/token/***" in result.output
