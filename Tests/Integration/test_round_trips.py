"""The round trips of publish and inspect: few, whatever the number of images.

They are counted in the logs of the registry and the token server, and measured through a proxy that
delays every byte. The limits come from docker's protocol: TLS, the 401 answer, all manifests, all
configs and the put take five round trips (through the proxy, opening a TCP connection takes no
time, and the token server is not behind it). Reading one image after the other would take two round
trips for each. A registry with Basic takes one more than five: the first request with the password
is sent alone, and the others wait for its answer.
"""

import json
import time

import pytest

from support import images
from support.credentials import auth
from support.delay_proxy import DelayProxy
from support.plugin import Plugin
from support.repository import NON_LOOPBACK, LOOPBACK, Repository, platforms
from support.users import PUBLISHER

ARCHITECTURES = (
    "amd64", "arm64", "386", "arm/v5", "arm/v6", "arm/v7",
    "ppc64le", "s390x", "riscv64", "mips64le", "mips64", "loong64",
)


TAGS = tuple("v1-" + architecture.replace("/", "") for architecture in ARCHITECTURES)


def push_all(app):
    for tag, architecture in zip(TAGS, ARCHITECTURES):
        app.push(tag, f"linux/{architecture}")


class Measured:
    """One command through the proxy, and what the servers logged of it."""

    def __init__(self, app, token_server, plugin, arguments, command="publish", **proxy):
        registry = app.registry
        with DelayProxy(registry.host, **proxy) as proxy:
            host = proxy.host.replace(LOOPBACK, NON_LOOPBACK)
            plugin.trust(host, registry.ca_file)
            plugin.configure({"auths": {host: auth(PUBLISHER)}})
            registry_mark, token_mark = registry.log.mark(), token_server.mark()
            refusals = registry.log.refusals()
            began = time.monotonic()
            self.result = plugin.run(command, *arguments(f"{host}/{app.path}:v1"))
            self.seconds = time.monotonic() - began
            self.round_trip = proxy.round_trip
            self.connections = proxy.connections
        self.requests = registry.log.since(registry_mark)
        self.refusals = registry.log.refusals() - refusals
        self.token_requests = token_server.since(token_mark)

    def answered(self, *statuses):
        return [request for request in self.requests if request.status in statuses]


@pytest.fixture(scope="module")
def app(token_registry):
    """A repository with a dozen images."""
    app = Repository(token_registry, "test/round-trips", NON_LOOPBACK)
    push_all(app)
    return app


@pytest.fixture(scope="module")
def measured(app, token_server, tmp_path_factory):
    """One publish under three tags, which most tests check."""
    plugin = Plugin(tmp_path_factory.mktemp("round-trips") / "home", secrets=[PUBLISHER.pair])
    return Measured(
        app, token_server, plugin, lambda name: [name, *TAGS, "--tag", "v1.2", "--tag", "stable"], delay=0.1
    )


def test_the_list_is_complete(measured, app):
    content = app.manifest("v1").content
    assert platforms(content) == [f"linux/{name}" for name in ARCHITECTURES]
    assert measured.result.stdout == f"{app.manifest('stable').digest}\n"


def test_one_http_2_connection(measured):
    assert measured.connections == 1
    assert len({request.client for request in measured.requests}) == 1
    assert {request.protocol for request in measured.requests} == {"HTTP/2.0"}


def test_no_version_check_request(measured):
    assert [request for request in measured.requests if request.path == "/v2/"] == []


def test_one_token_request(measured):
    """One request found out that a token is needed, and the others waited for its answer."""
    [request] = measured.token_requests
    assert request.status == 200
    assert measured.refusals == 1


def test_no_request_is_repeated(measured, app):
    served = [(request.method, request.path) for request in measured.answered(200, 201)]
    assert len(served) == len(set(served))
    assert len(served) == 2 * len(ARCHITECTURES) + 3
    names = {f"/v2/{app.path}/manifests/{tag}" for tag in ("v1", "v1.2", "stable")}
    asked = measured.answered(404)
    assert {request.path for request in asked} == names and len(asked) == 3
    assert len(measured.requests) == len(served) + 3


def test_names_of_the_list_are_read_with_the_manifests(measured):
    """What the list replaces is known without a round trip more."""
    manifests = [request for request in measured.answered(200) if request.reads_manifest]
    assert sent_in_parallel(manifests + measured.answered(404), measured)


def sent_in_parallel(requests, measured):
    """Whether no request waited for the answer to another, which takes at least a round trip.

    On a busy machine one of a dozen may be late by chance. If requests wait for an answer, or for
    one of eight connections, more than one is late.
    """
    starts = sorted(request.start for request in requests)
    delays = [round(start - starts[0], 3) for start in starts]
    print(f"a round trip is {measured.round_trip} s; the requests came after", *delays)
    if len(delays) >= len(ARCHITECTURES) - 1:
        delays.pop()
    return delays[-1] < 0.9 * measured.round_trip


def test_all_manifests_are_read_in_parallel(measured):
    manifests = [request for request in measured.answered(200) if request.reads_manifest]
    assert len(manifests) == len(ARCHITECTURES)
    assert sent_in_parallel(manifests, measured)


def test_all_configs_are_read_in_parallel(measured):
    configs = [request for request in measured.answered(200) if request.reads_blob]
    assert len(configs) == len(ARCHITECTURES)
    assert sent_in_parallel(configs, measured)


def test_all_tags_are_put_in_parallel_and_last(measured):
    puts = [request for request in measured.requests if request.writes]
    assert [request.status for request in puts] == [201] * 3
    assert sent_in_parallel(puts, measured)
    reads = [request for request in measured.requests if not request.writes]
    assert max(read.start for read in reads) < min(put.start for put in puts)


def test_time_is_bounded_by_the_round_trips(measured):
    in_sequence = 2 * len(ARCHITECTURES) * measured.round_trip
    assert 4 * measured.round_trip < measured.seconds < 10 * measured.round_trip < in_sequence


@pytest.fixture(scope="module")
def measured_basic(basic_registry, token_server, tmp_path_factory):
    """The same with Basic, where each request has the password."""
    app = Repository(basic_registry, "test/round-trips", NON_LOOPBACK)
    push_all(app)
    plugin = Plugin(tmp_path_factory.mktemp("basic-trips") / "home", secrets=[PUBLISHER.pair])
    return Measured(app, token_server, plugin, lambda name: [name, *TAGS, "--tag", "v1.2"], delay=0.1)


def test_basic_costs_one_more_round_trip(measured_basic):
    """One request is sent first, so that a wrong password is sent once; then all others."""
    read = sorted(measured_basic.answered(200, 404), key=lambda request: request.start)
    manifests = [request for request in read if request.reads_manifest]
    configs = [request for request in read if request.reads_blob]
    assert len(manifests) == len(ARCHITECTURES) + 2 and len(configs) == len(ARCHITECTURES)
    assert manifests[1].start - manifests[0].start > 0.9 * measured_basic.round_trip
    assert sent_in_parallel(manifests[1:], measured_basic)
    assert sent_in_parallel(configs[1:], measured_basic)
    assert sent_in_parallel([r for r in measured_basic.requests if r.writes], measured_basic)
    assert measured_basic.seconds < 11 * measured_basic.round_trip


def test_no_challenge_after_basic_was_accepted(measured_basic):
    """One request found out that a password is needed."""
    assert measured_basic.refusals == 1


def test_platform_from_tag_saves_a_round_trip(app, token_server, binary):
    measured = Measured(
        app, token_server, binary, lambda name: ["--platform-from", "tag", name, *TAGS]
    )
    assert [request for request in measured.requests if request.reads_blob] == []
    assert measured.seconds < 9 * measured.round_trip


@pytest.mark.parametrize("count", [1, 2])
def test_few_images_use_one_connection_and_one_token(app, token_server, binary, count):
    measured = Measured(app, token_server, binary, lambda name: [name, *TAGS[:count]])
    assert measured.connections == 1
    assert len(measured.token_requests) == 1
    assert measured.seconds < 10 * measured.round_trip


def test_at_most_eight_connections_to_a_server_without_http_2(plain_registry, path, binary):
    app = Repository(plain_registry, path)
    push_all(app)
    with DelayProxy(plain_registry.host) as proxy:
        binary.publish(f"{proxy.host}/{path}:v1", *TAGS)
        # One more is the attempt to use TLS.
        assert proxy.connections == 8 + 1


@pytest.fixture(scope="module")
def long_list(token_registry):
    """A list of 50 images, which have the same config and the same layer."""
    app = Repository(token_registry, "test/long-list", NON_LOOPBACK)
    base = app.push("base", "linux/amd64", kind="oci")
    manifest = json.loads(base.manifest)
    parts = []
    for number in range(50):
        content = json.dumps({**manifest, "annotations": {"number": str(number)}}).encode()
        image = images.Image(content, base.media_type)
        app.push(None, image)
        parts.append((image, "linux/amd64" if number else "linux/s390x"))
    app.push("v1", images.index(parts))
    return app


@pytest.mark.parametrize("words, reads, trips", [
    # docker-registry does not log requests for the API of referrers, which it does not have.
    (("--referrers",), 1 + 50 + 50 + 50, 3), (("--shallow",), 1, 1),
    (("--format", "platforms"), 1, 1), (("--format", "pinned"), 1, 1), (("--platform", "linux/s390x", "--format", "digest"), 1, 1),
])
def test_an_inspection_takes_three_round_trips(long_list, token_server, binary, words, reads, trips):
    """The list, then all manifests, then all configs. The tag with referrers is read after their API, with the configs."""
    delay = 0.2 if trips > 1 else 0  # One way. A busy machine takes long to send 50 requests.
    measured = Measured(long_list, token_server, binary, lambda name: [*words, name], "inspect", delay=delay)
    assert measured.connections == 1
    assert len(measured.requests) == reads and len(set(measured.requests)) == reads
    first = [r for r in measured.requests if r.path.endswith("/manifests/v1")]
    second = [r for r in measured.requests if "/manifests/sha256:" in r.path]
    third = [r for r in measured.requests if r.reads_blob or "/manifests/sha256-" in r.path]
    assert len(first) == 1 and len(first + second + third) == reads
    if trips > 1:
        for requests in second, [r for r in third if r.reads_blob]:
            starts = sorted(request.start for request in requests)
            # If eight were sent at a time, half of them would take three round trips.
            assert starts[25] - starts[0] < 1.9 * measured.round_trip


def test_a_check_takes_four_round_trips(token_registry, token_server, binary):
    """The list, then all manifests, then all configs, then all layers."""
    app = Repository(token_registry, "test/checked-list", NON_LOOPBACK)
    platforms = [f"linux/{architecture}" for architecture in ARCHITECTURES]
    app.push("v1", images.index([(app.push(None, platform), platform) for platform in platforms]))
    measured = Measured(app, token_server, binary, lambda name: ["--check", name], "inspect", delay=0.2)
    starts = sorted(request.start for request in measured.answered(200))
    assert len(starts) == 1 + 3 * len(platforms)
    waits = [later - earlier for earlier, later in zip(starts, starts[1:]) if later - earlier > 0.5 * measured.round_trip]
    assert len(waits) == 3
