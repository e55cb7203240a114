"""Makes the server for a case of `server_fault_cases`."""

from support.raw_server import RawServer
from support.server_fault_cases import CONFIG, CONFIG_PATH, MANIFEST_PATH
from support.stub_registry import Answer, StubRegistry


def fill_in(answer, url):
    """Replaces {url} in a challenge with the server's own URL."""
    if callable(answer):
        def filled(request):
            return fill_in(answer(request), url)
        return filled
    if "WWW-Authenticate" not in answer.headers:
        return answer
    text = answer.headers["WWW-Authenticate"].replace("{url}", url)
    return Answer(answer.status, answer.body, {**answer.headers, "WWW-Authenticate": text})


def server_for(case):
    """The server for a case."""
    if case.raw:
        return RawServer(case.raw)
    stub = StubRegistry({("GET", CONFIG_PATH): Answer(200, CONFIG)})
    stub.answers["GET", MANIFEST_PATH] = fill_in(case.answer, stub.url)
    if case.more:
        serve_more(stub, case)
    return stub


def serve_more(stub, case):
    """Answers the paths of `case.more` as well, with any query."""
    known = stub.answers

    def answer(request):
        for path, other in case.more.items():
            if request.path.split("?")[0] == path:
                return other(request) if callable(other) else other
        found = known.get((request.method, request.path), Answer(404))
        return found(request) if callable(found) else found

    def recorded(request):
        stub.requests.append(request)
        return answer(request)
    stub.answer = recorded
