"""Reads the requests that docker-registry served from its logs.

docker-registry writes two lines for each request: a structured one (with the client's port, the
time and the duration) and one in Apache's style (with the protocol). This module joins the two.
Both are written before a small answer is sent, so a client that has the answer finds them.
"""

import datetime
import json
import re
from collections import Counter, defaultdict, deque
from dataclasses import dataclass

from support.waiting import wait_for

_APACHE = re.compile(
    r'"(?P<method>[A-Z]+) (?P<path>\S+) (?P<protocol>HTTP/[\d.]+)" (?P<status>\d+)'
)
_UNITS = {"h": 3600, "m": 60, "s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Request:
    """One request that a registry answered. `start` is in seconds; `client` is address:port."""

    method: str
    path: str
    status: int
    protocol: str
    client: str
    start: float
    duration: float
    user_agent: str

    @property
    def writes(self):
        return self.method in WRITING_METHODS

    @property
    def reads_manifest(self):
        return self.method in ("GET", "HEAD") and "/manifests/" in self.path

    @property
    def reads_blob(self):
        return self.method == "GET" and "/blobs/" in self.path


class AccessLog:
    """The two log files of one registry."""

    def __init__(self, structured_file, apache_file):
        self._structured_file = structured_file
        self._apache_file = apache_file

    def mark(self):
        """A point in time, for `since`."""
        return len(self.requests())

    def since(self, mark):
        return self.requests()[mark:]

    def requests(self):
        """All requests so far, in the order in which they were finished."""
        lines = self._structured_file.read_text().splitlines()
        entries = [json.loads(line) for line in lines if line.startswith("{")]
        entries = [entry for entry in entries if "http.response.status" in entry]
        wanted = Counter(_key(entry) for entry in entries)
        wait_for(lambda: self._has_protocols_of(wanted), "both logs have all requests")
        protocols = self._protocols()
        return [_record(entry, protocols[_key(entry)].popleft()) for entry in entries]

    def refusals(self):
        """The number of 401 answers so far, which the structured log leaves out."""
        return sum(len(protocols) for key, protocols in self._protocols().items() if key[-1] == 401)

    def _has_protocols_of(self, wanted):
        protocols = self._protocols()
        return all(len(protocols[key]) >= count for key, count in wanted.items())

    def _protocols(self):
        """The protocols, in order, of the requests with the same method, path and status."""
        protocols = defaultdict(deque)
        for line in self._apache_file.read_text().splitlines():
            match = _APACHE.search(line)
            key = match["method"], match["path"], int(match["status"])
            protocols[key].append(match["protocol"])
        return protocols


def _key(entry):
    status = int(entry["http.response.status"])
    return entry["http.request.method"], entry["http.request.uri"], status


def _record(entry, protocol):
    duration = seconds(entry["http.response.duration"])
    return Request(
        *_key(entry),
        protocol=protocol,
        client=entry["http.request.remoteaddr"],
        start=_epoch(entry["time"]) - duration,
        duration=duration,
        user_agent=entry.get("http.request.useragent", ""),
    )


def seconds(duration):
    """A duration as Go writes it, such as `1m2.5s` or `1.913404ms`, in seconds."""
    parts = re.findall(r"([\d.]+)(h|ms|m|µs|ns|s)", duration)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _epoch(time):
    whole, _, fraction = time.rstrip("Z").partition(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return moment.timestamp() + float(f"0.{fraction or 0}")
