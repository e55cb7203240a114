"""Tests of the fixtures: a test that relies on a broken fixture proves nothing."""

import base64
import time
import urllib.parse

import jwt
import pytest

from support import images, token_scope
from support.access_log import seconds
from support.delay_proxy import DelayProxy
from support.registry_api import RegistryAPI
from support.repository import platforms, skopeo_raw
from support.secret_leaks import encodings_of, leaks
from support.stub_registry import StubRegistry, errors
from support.users import PUBLISHER, READER


@pytest.mark.parametrize("kind", ["docker", "oci"])
def test_skopeo_reads_pushed_images(app, kind):
    image = app.push("one", "linux/arm/v7", kind=kind)
    assert skopeo_raw(app.at("one"), "--tls-verify=false") == image.manifest
    assert app.manifest("one").digest == image.digest
    listing = images.index([(image, "linux/arm/v7")])
    app.push("list", listing)
    assert platforms(skopeo_raw(app.at("list"), "--tls-verify=false")) == ["linux/arm/v7"]
    assert app.tags() == ["list", "one"]


def test_images_are_reproducible():
    assert images.build("linux/s390x") == images.build("linux/s390x")
    assert images.build("linux/s390x").digest != images.build("linux/s390x", marker="2").digest


def test_access_log_fields(token_app):
    mark = token_app.registry.log.mark()
    token_app.push("one")
    requests = token_app.requests_since(mark)
    [put] = [r for r in requests if r.path.endswith("/manifests/one") and r.status == 201]
    assert put.writes and put.method == "PUT" and put.protocol == "HTTP/1.1"
    assert put.client.startswith("127.0.0.1:") and 0 < put.duration < 10
    assert abs(put.start - time.time()) < 30
    assert len({r.client for r in requests}) == len(requests), "urllib connects for each request"


@pytest.mark.parametrize("text, value", [("1m2.5s", 62.5), ("250µs", 0.00025), ("1.5ms", 0.0015)])
def test_go_durations(text, value):
    assert seconds(text) == pytest.approx(value)


def test_protected_registries_require_authentication(protected_app):
    api = RegistryAPI(protected_app.registry.url, ca_file=protected_app.registry.ca_file)
    assert api.request("GET", "/v2/").status == 401
    protected_app.push("one")
    assert protected_app.tags() == ["one"]


def test_a_reader_cannot_push(token_app):
    token_app.push("one")
    registry = token_app.registry
    api = RegistryAPI(registry.url, READER.pair, registry.ca_file)
    assert api.tags(token_app.path) == ["one"]
    started = api.request("POST", f"/v2/{token_app.path}/blobs/uploads/", b"")
    assert started.status == 401


@pytest.mark.parametrize("query, user, status", [
    ("service={service}&scope=repository:a/b:pull", PUBLISHER.pair, 200),
    ("service={service}&scope=repository:a:pull&scope=repository:b:pull", PUBLISHER.pair, 200),
    ("service={service}", PUBLISHER.pair, 200),
    ("service={service}&scope=repository:a/b:pull", ("publisher", "wrong"), 401),
    ("service={service}&scope=repository:a/b:pull", None, 401),
    ("service=other&scope=repository:a/b:pull", PUBLISHER.pair, 400),
    ("scope=repository:a/b:pull", PUBLISHER.pair, 400),
    ("service={service}&scope=repository:a/b:pull%20repository:c:pull", PUBLISHER.pair, 400),
    ("service={service}&account=reader", PUBLISHER.pair, 400),
    ("service={service}&color=red", PUBLISHER.pair, 400),
])
def test_token_server_is_strict(token_server, authority, query, user, status):
    mark = token_server.mark()
    api = RegistryAPI(token_server.url, ca_file=authority.ca_file)
    query = query.format(service=token_server.service)
    headers = {"Authorization": _basic(user)} if user else {}
    answer = api.request("GET", f"{token_server.policy.path}?{query}", headers=headers)
    assert answer.status == status
    [record] = token_server.since(mark)
    assert (record.status, record.query, record.method) == (status, query, "GET")
    assert ("Authorization" in record.headers) == bool(user)


@pytest.mark.parametrize("form, status", [
    ({"grant_type": "password", "username": READER.name, "password": READER.password}, 200),
    ({"grant_type": "password", "username": READER.name, "password": "wrong"}, 401),
    ({"grant_type": "refresh_token", "refresh_token": "unknown"}, 401),
    ({"grant_type": "magic"}, 400),
])
def test_token_server_accepts_forms(token_server, authority, form, status):
    form = {**form, "service": token_server.service, "client_id": "test",
            "scope": "repository:a:pull,push repository:b:pull"}
    api = RegistryAPI(token_server.url, ca_file=authority.ca_file)
    answer = api.request(
        "POST", token_server.policy.path, urllib.parse.urlencode(form).encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status == status
    if status == 200:
        claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
        assert [c["actions"] for c in claims["access"]] == [["pull"], ["pull"]]


@pytest.mark.parametrize("text", [
    "repository:a/b", "repository:A:pull", "repository:a:pull,pull", "repository:a:",
    "registry:a:*", "repository:a:pull ", "repository:a//b:pull", "",
    "repository:host.example:5000/a:pull",
])
def test_invalid_scopes_are_refused(text):
    with pytest.raises(token_scope.ScopeError):
        token_scope.parse(text)


def test_delay_proxy_delays_each_direction(plain_registry):
    with DelayProxy(plain_registry.host, delay=0.05) as proxy:
        began = time.monotonic()
        assert RegistryAPI(f"http://{proxy.host}").request("GET", "/v2/").status == 200
        assert 0.1 <= time.monotonic() - began < 0.5
        assert proxy.connections == 1


def test_sequential_requests_are_a_round_trip_apart_in_the_log(app):
    mark = app.registry.log.mark()
    with DelayProxy(app.registry.host, delay=0.05) as proxy:
        api = RegistryAPI(f"http://{proxy.host}")
        for _ in range(3):
            api.tags(app.path)
    starts = sorted(request.start for request in app.requests_since(mark))
    assert len(starts) == 3
    assert all(later - earlier >= 0.1 for earlier, later in zip(starts, starts[1:]))


def test_stub_answers_and_records():
    with StubRegistry({("GET", "/v2/"): errors(429, "TOOMANYREQUESTS", "slow down")}) as stub:
        assert RegistryAPI(stub.url).request("GET", "/v2/").status == 429
        assert RegistryAPI(stub.url).request("GET", "/else").status == 404
        assert [request.path for request in stub.requests] == ["/v2/", "/else"]


def test_leaks_are_found_in_each_encoding():
    pair = ("user", "p:ä+ss/word")
    for form in encodings_of(pair[1], pair[0]):
        assert leaks(f"before{form}after", [pair]) != []
    assert leaks("nothing of the kind", [pair]) == []


def _basic(pair):
    return "Basic " + base64.b64encode(":".join(pair).encode()).decode()
