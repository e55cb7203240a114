"""Cases of server faults: what the server answers, and what the plugin must do."""

import datetime
import email.utils
import itertools
import time
from dataclasses import dataclass, field

from support import images
from support.credentials import identity_token
from support.raw_server import endless, response
from support.stub_registry import Answer
from support.users import USERS

GOOD = images.build("linux/arm64")
CONFIG = GOOD.blobs[0]
MANIFEST_PATH = "/v2/test/app/manifests/v1"
CONFIG_PATH = f"/v2/test/app/blobs/{images.digest_of(CONFIG)}"
TYPE = GOOD.media_type
TRIES = 5
MEGABYTE = 1 << 20
IDENTITY = "hostile-identity-token-2718281828"
SECRETS = [user.pair for user in USERS] + [("", IDENTITY)]


def manifest(**headers):
    return Answer(200, GOOD.manifest, {
        "Content-Type": TYPE, "Docker-Content-Digest": GOOD.digest,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    })


def in_turn(*answers):
    """One answer for each request; the last one for all further requests."""
    sequence = itertools.chain(answers, itertools.repeat(answers[-1]))

    def answer(request):
        found = next(sequence)
        return found(request) if callable(found) else found
    return answer


def busy(status=429, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, b'{"errors":[{"code":"TOOMANYREQUESTS"}]}', named)


def in_seconds(seconds):
    """The time in so many seconds, as an HTTP date."""
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return email.utils.format_datetime(moment, usegmt=True)


def challenge(text, status=401):
    return Answer(status, b"{}", {"WWW-Authenticate": text})


@dataclass
class Case:
    """A server's answers, and what must come of them.

    `answer` is for the manifest's path of a stub registry, `more` for other paths; `raw` is the
    function of a `RawServer` instead. stderr must contain `facts`. `requests` is how many requests
    for the manifest there must be, at least and at most; `seconds` how long the run may take.
    """

    answer: object = None
    raw: object = None
    works: bool = False
    facts: tuple = ()
    requests: tuple = (1, 1)
    seconds: tuple = (0, 8)
    arguments: tuple = ()
    debug: bool = True
    more: dict = field(default_factory=dict)
    config: object = None  # a function that returns the entry of `auths`


def stalls(*pieces, every=None):
    """Sends the pieces, and then nothing more, but keeps the connection open."""
    def answer(_, send):
        for piece in pieces:
            send(piece)
            if every:
                time.sleep(every)
        if not every:
            time.sleep(60)
    return answer


def sends(*pieces):
    def answer(_, send):
        for piece in pieces:
            send(piece)
    return answer


def drips(content, every):
    def answer(_, send):
        for byte in content:
            send(bytes([byte]))
            time.sleep(every)
    return answer


def many_headers(_, send):
    send(b"HTTP/1.1 200 OK\r\n")
    endless(send, b"X-Padding: " + b"p" * 60000 + b"\r\n")


def one_header(_, send):
    send(b"HTTP/1.1 200 OK\r\nX-Padding: ")
    endless(send, b"p" * 65536)


def body_without_end(_, send):
    send(f"HTTP/1.1 200 OK\r\nContent-Type: {TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    endless(send, b"10000\r\n" + b" " * 65536 + b"\r\n")


def slow_manifest(request, send):
    """Takes longer than --timeout as a whole, but no pause is as long as that."""
    if "/manifests/" not in request.path:
        return send(response(CONFIG, "application/octet-stream", extra="Connection: close\r\n"))
    answer = response(GOOD.manifest, TYPE, extra="Connection: close\r\n")
    size = len(answer) // 6 + 1
    for start in range(0, len(answer), size):
        send(answer[start:start + size])
        time.sleep(0.5)
    return None


WHOLE = response(GOOD.manifest, TYPE)
ANOTHER = images.digest_of(b"another")
BIG = b'{"schemaVersion": 2, "padding": "' + b"p" * (5 * MEGABYTE) + b'"}'
BAD_LENGTH = str(len(GOOD.manifest) - 10)
LONG_LENGTH = str(len(GOOD.manifest) + 100)
RATE = {"RateLimit_Limit": "100;w=21600", "RateLimit_Remaining": "0;w=21600"}

CASES = {
    "good": Case(manifest(), works=True),
    # The content differs from what the headers say.
    "wrong-digest": Case(manifest(Docker_Content_Digest=ANOTHER), facts=(ANOTHER, "test/app:v1")),
    "longer-than-announced": Case(manifest(Content_Length=BAD_LENGTH, Connection="close")),
    "shorter-than-announced": Case(
        manifest(Content_Length=LONG_LENGTH, Connection="close"), requests=(TRIES, TRIES),
    ),
    "big-manifest": Case(Answer(200, BIG, {"Content-Type": TYPE}), facts=("4 MiB",)),
    "manifest-of-announced-size": Case(
        Answer(200, b"{}", {"Content-Type": TYPE, "Content-Length": str(1 << 40)}),
        facts=("4 MiB",),
    ),
    "body-without-end": Case(raw=body_without_end, facts=("4 MiB",)),
    "headers-without-end": Case(raw=many_headers),
    "header-without-end": Case(raw=one_header, requests=(1, TRIES)),
    "not-http": Case(raw=sends(b"SSH-2.0-OpenSSH_9.2p1\r\n"), requests=(1, TRIES)),
    "garbage-json": Case(Answer(200, b"\xff\x00{]", {"Content-Type": TYPE})),
    # The connection ends, or stalls.
    "cut-before-the-answer": Case(raw=sends(), requests=(TRIES, TRIES)),
    "cut-in-the-head": Case(raw=sends(WHOLE[:30]), requests=(1, TRIES)),
    "cut-in-the-body": Case(raw=sends(WHOLE[:-50]), requests=(TRIES, TRIES)),
    "never-answers": Case(
        raw=stalls(), arguments=("--timeout", "1s"), requests=(1, TRIES), seconds=(1, 20),
    ),
    "stops-in-the-body": Case(
        raw=stalls(WHOLE[:-50]), arguments=("--timeout", "1s"), requests=(1, TRIES),
        seconds=(1, 20),
    ),
    "drips": Case(
        raw=drips(WHOLE, every=4), arguments=("--timeout", "2s"), requests=(1, TRIES),
        seconds=(2, 25),
    ),
    "slow-but-moving": Case(
        raw=slow_manifest, arguments=("--timeout", "1500ms"), works=True, seconds=(2.5, 10),
    ),
    # Retries, and the waiting time that the server asks for.
    **{f"{status}-once": Case(
        in_turn(busy(status), manifest()), works=True, requests=(2, 2),
    ) for status in (408, 429, 500, 502, 503, 504)},
    "500-for-ever": Case(busy(500), facts=("500",), requests=(TRIES, TRIES)),
    **{f"{status}-is-final": Case(busy(status)) for status in (400, 403, 404, 405, 501)},
    "429-in-seconds": Case(
        in_turn(busy(Retry_After="1"), manifest()), works=True, debug=False, requests=(2, 2),
        facts=("429", "1 s"), seconds=(1, 6),
    ),
    "429-at-a-date": Case(
        in_turn(lambda _: busy(Retry_After=in_seconds(3)), manifest()), works=True, debug=False,
        requests=(2, 2), facts=("429", " s"), seconds=(1.5, 7),
    ),
    "429-date-in-the-past": Case(
        in_turn(busy(Retry_After="Sun, 06 Nov 1994 08:49:37 GMT"), manifest()), works=True,
        requests=(2, 2), seconds=(0, 4),
    ),
    "429-for-too-long": Case(
        busy(Retry_After="3600"), facts=("429", "--retry-max-wait"), seconds=(0, 4), debug=False,
    ),
    "429-until-a-late-date": Case(
        lambda _: busy(Retry_After=in_seconds(3600)), facts=("429", "--retry-max-wait"),
        seconds=(0, 4), debug=False,
    ),
    "429-longer-than-allowed": Case(
        busy(Retry_After="5"), facts=("429", "--retry-max-wait"), seconds=(0, 4),
        arguments=("--retry-max-wait", "2s"), debug=False,
    ),
    "429-as-long-as-allowed": Case(
        in_turn(busy(Retry_After="2"), manifest()), works=True, requests=(2, 2), seconds=(2, 6),
        arguments=("--retry-max-wait", "1m0s"),
    ),
    "429-of-the-hub": Case(
        busy(Retry_After="3600", **RATE), facts=("RateLimit-Remaining", "0;w=21600"),
        seconds=(0, 4), debug=False,
    ),
    "429-nonsense": Case(
        in_turn(busy(Retry_After="soon"), manifest()), works=True, requests=(2, 2),
    ),
    # Loops of challenges and redirects.
    "401-basic-for-ever": Case(
        challenge('Basic realm="x"'), facts=("docker login",), requests=(2, 2),
    ),
    "401-without-challenge": Case(Answer(401, b"{}"), requests=(1, 2)),
    "401-of-unknown-scheme": Case(challenge("Negotiate, NTLM"), requests=(1, 2)),
    "401-bearer-for-ever": Case(
        challenge('Bearer realm="{url}/token",service="s"'), requests=(2, 3),
        more={"/token": Answer(200, b'{"token":"never-good-enough-1414"}')},
    ),
    "insufficient-scope-for-ever": Case(
        challenge('Bearer realm="{url}/token",error="insufficient_scope",scope="repository:a:*"'),
        requests=(2, 4), more={"/token": Answer(200, b'{"token":"never-good-enough-1414"}')},
    ),
    "redirects-for-ever": Case(
        Answer(307, b"", {"Location": MANIFEST_PATH}), requests=(2, 12), facts=("redirect",),
    ),
    "redirects-to-nowhere": Case(Answer(307, b"", {"Location": "ftp://127.0.0.1/x"})),
    "redirects-to-a-file": Case(Answer(302, b"", {"Location": "file:///etc/passwd"})),
}

TOKEN_CHALLENGE = challenge('Bearer realm="{url}/token",service="s"')
TOKEN_NONSENSE = {
    "garbage": b"\xff{", "empty": b"", "html": b"<html>sign in</html>", "no-token": b"{}",
    "number": b'{"token": 5}', "empty-token": b'{"token": ""}', "list": b"[]",
    "line-break": b'{"token": "a\\r\\nX-Injected: yes"}', "null": b'{"token": null}',
    "big": b'{"token": "' + b"t" * (5 * MEGABYTE) + b'"}',
}
CASES.update({
    f"token-is-{name}": Case(TOKEN_CHALLENGE, more={"/token": Answer(200, body)})
    for name, body in TOKEN_NONSENSE.items()
})
CASES.update({
    "token-server-fails": Case(
        TOKEN_CHALLENGE, more={"/token": Answer(503, b"")}, facts=("503",),
    ),
    "token-server-fails-once": Case(
        in_turn(TOKEN_CHALLENGE, manifest()), works=True, requests=(2, 2),
        more={"/token": in_turn(Answer(503, b""), Answer(200, b'{"token":"good-token-1414"}'))},
    ),
    "post-fails": Case(
        TOKEN_CHALLENGE, more={"/token": Answer(503, b"")}, facts=("503",),
        config=lambda: identity_token(IDENTITY),
    ),
    "realm-is-nonsense": Case(challenge('Bearer realm="gopher:hole"')),
    "realm-is-missing": Case(challenge('Bearer service="s"')),
    "realm-has-a-password": Case(
        challenge('Bearer realm="http://user:in-the-realm-6626@127.0.0.1:1/token"'),
        facts=("127.0.0.1:1",),
    ),
})
