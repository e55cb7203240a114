"""What a publish costs on a long way: few round trips, whatever the number of images.

Counted in the logs of the registry and of the token server, and measured through a proxy that
delays every byte. The numbers behind the limits: by docker's protocol the images take TLS, the
answer 401, all manifests, all configs and the put, five round trips (making a TCP connection is
free through the proxy, and the token server is near). One image after the other takes two round
trips for each. A registry that wants the password itself, with each request (Basic), takes one more
than these five: the first image goes ahead with it, and the others wait for what becomes of it.
"""

import time

import pytest

from support.credentials import auth
from support.delay_proxy import DelayProxy
from support.plugin import Plugin
from support.repository import ELSEWHERE, LOOPBACK, Repository, platforms
from support.users import PUBLISHER

ARCHITECTURES = (
    "amd64", "arm64", "386", "arm/v5", "arm/v6", "arm/v7",
    "ppc64le", "s390x", "riscv64", "mips64le", "mips64", "loong64",
)


TAGS = tuple("v1-" + architecture.replace("/", "") for architecture in ARCHITECTURES)


def push_all(app):
    for tag, architecture in zip(TAGS, ARCHITECTURES):
        app.push(tag, f"linux/{architecture}")


class Journey:
    """One publish through the proxy, and what everybody saw of it."""

    def __init__(self, app, token_server, plugin, arguments):
        registry = app.registry
        with DelayProxy(registry.host) as proxy:
            host = proxy.host.replace(LOOPBACK, ELSEWHERE)
            plugin.trust(host, registry.ca_file)
            plugin.configure({"auths": {host: auth(PUBLISHER)}})
            registry_mark, token_mark = registry.log.mark(), token_server.mark()
            refusals = registry.log.refusals()
            began = time.monotonic()
            self.result = plugin.publish(*arguments(f"{host}/{app.path}:v1"))
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
    app = Repository(token_registry, "test/round-trips", ELSEWHERE)
    push_all(app)
    return app


@pytest.fixture(scope="module")
def journey(app, token_server, tmp_path_factory):
    """One publish under three tags, which the tests look at from all sides."""
    plugin = Plugin(tmp_path_factory.mktemp("round-trips") / "home", secrets=[PUBLISHER.pair])
    return Journey(
        app, token_server, plugin, lambda name: [name, *TAGS, "--tag", "v1.2", "--tag", "stable"]
    )


def test_the_list_is_complete(journey, app):
    content = app.manifest("v1").content
    assert platforms(content) == [f"linux/{name}" for name in ARCHITECTURES]
    assert journey.result.stdout == f"{app.manifest('stable').digest}\n"


def test_one_connection_of_http_2(journey):
    assert journey.connections == 1
    assert len({request.client for request in journey.requests}) == 1
    assert {request.protocol for request in journey.requests} == {"HTTP/2.0"}


def test_no_ping(journey):
    assert [request for request in journey.requests if request.path == "/v2/"] == []


def test_one_token(journey):
    [request] = journey.token_requests
    assert request.status == 200


def test_nothing_is_asked_twice(journey):
    served = [(request.method, request.path) for request in journey.answered(200, 201)]
    assert len(served) == len(set(served))
    assert len(served) == 2 * len(ARCHITECTURES) + 3
    assert len(journey.requests) == len(served) + len(journey.answered(401))


def together(requests, journey):
    """True if no request waited for the answer to another: that takes a round trip at least.

    One of a dozen may come late by itself, on a machine with other work; of those that wait for
    an answer, or for one of eight connections, there are more.
    """
    starts = sorted(request.start for request in requests)
    delays = [round(start - starts[0], 3) for start in starts]
    print(f"a round trip is {journey.round_trip} s; the requests came after", *delays)
    if len(delays) >= len(ARCHITECTURES) - 1:
        delays.pop()
    return delays[-1] < 0.9 * journey.round_trip


def test_all_manifests_are_in_flight_together(journey):
    manifests = [request for request in journey.answered(200) if request.reads_manifest]
    assert len(manifests) == len(ARCHITECTURES)
    assert together(manifests, journey)


def test_all_configs_are_in_flight_together(journey):
    configs = [request for request in journey.answered(200) if request.reads_blob]
    assert len(configs) == len(ARCHITECTURES)
    assert together(configs, journey)


def test_all_tags_are_put_together_and_last(journey):
    puts = [request for request in journey.requests if request.writes]
    assert [request.status for request in puts] == [201] * 3
    assert together(puts, journey)
    reads = [request for request in journey.requests if not request.writes]
    assert max(read.start for read in reads) < min(put.start for put in puts)


def test_no_more_time_than_round_trips_need(journey):
    in_sequence = 2 * len(ARCHITECTURES) * journey.round_trip
    assert 4 * journey.round_trip < journey.seconds < 10 * journey.round_trip < in_sequence


@pytest.fixture(scope="module")
def basic_journey(basic_registry, token_server, tmp_path_factory):
    """The same where each request has the password."""
    app = Repository(basic_registry, "test/round-trips", ELSEWHERE)
    push_all(app)
    plugin = Plugin(tmp_path_factory.mktemp("basic-trips") / "home", secrets=[PUBLISHER.pair])
    return Journey(app, token_server, plugin, lambda name: [name, *TAGS, "--tag", "v1.2"])


def test_a_password_costs_one_round_trip_more(basic_journey):
    """One image goes ahead with it, so that a wrong one is sent once; then all go together."""
    read = sorted(basic_journey.answered(200), key=lambda request: request.start)
    manifests = [request for request in read if request.reads_manifest]
    configs = [request for request in read if request.reads_blob]
    assert len(manifests) == len(configs) == len(ARCHITECTURES)
    assert manifests[1].start - manifests[0].start > 0.9 * basic_journey.round_trip
    assert together(manifests[1:], basic_journey)
    assert together(configs[1:], basic_journey)
    assert together([r for r in basic_journey.requests if r.writes], basic_journey)
    assert basic_journey.seconds < 11 * basic_journey.round_trip


def test_a_password_that_was_accepted_is_not_asked_for_again(basic_journey):
    """The requests without it were those for the manifests; all after them have it."""
    assert basic_journey.refusals == len(ARCHITECTURES)


def test_platform_from_tag_saves_a_round_trip(app, token_server, binary):
    journey = Journey(
        app, token_server, binary, lambda name: ["--platform-from", "tag", name, *TAGS]
    )
    assert [request for request in journey.requests if request.reads_blob] == []
    assert journey.seconds < 9 * journey.round_trip


@pytest.mark.parametrize("count", [1, 2])
def test_few_images_cost_no_less_care(app, token_server, binary, count):
    journey = Journey(app, token_server, binary, lambda name: [name, *TAGS[:count]])
    assert journey.connections == 1
    assert len(journey.token_requests) == 1
    assert journey.seconds < 10 * journey.round_trip


def test_at_most_eight_connections_to_a_server_without_http_2(plain_registry, path, binary):
    app = Repository(plain_registry, path)
    push_all(app)
    with DelayProxy(plain_registry.host) as proxy:
        binary.publish(f"{proxy.host}/{path}:v1", *TAGS)
        # One more asked whether it speaks TLS.
        assert proxy.connections == 8 + 1
