"""The tests' own small registry client: it pushes images, and reads what the registry has.

It shares no code with the plugin that the tests check.
"""

import base64
import json
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from support import images

ACCEPT = ", ".join((
    images.DOCKER_MANIFEST, images.DOCKER_LIST, images.OCI_MANIFEST, images.OCI_INDEX,
))


@dataclass(frozen=True)
class Response:
    status: int
    headers: object
    body: bytes

    def json(self):
        return json.loads(self.body)


@dataclass(frozen=True)
class Manifest:
    content: bytes
    media_type: str
    digest: str

    def json(self):
        return json.loads(self.content)


class RegistryAPI:
    """One registry at `url`, as the user of `credentials` (name, password), if any."""

    def __init__(self, url, credentials=None, ca_file=None):
        self.url = url
        self._credentials = credentials
        handlers = [urllib.request.ProxyHandler({})]
        if ca_file:
            context = ssl.create_default_context(cafile=str(ca_file))
            handlers.append(urllib.request.HTTPSHandler(context=context))
        self._opener = urllib.request.build_opener(*handlers)

    def manifest(self, repository, reference):
        path = f"/v2/{repository}/manifests/{reference}"
        answer = self.request("GET", path, headers={"Accept": ACCEPT}, expect=200)
        digest = answer.headers["Docker-Content-Digest"]
        return Manifest(answer.body, answer.headers["Content-Type"], digest)

    def tags(self, repository):
        """The tags of a repository; empty if the repository does not exist."""
        answer = self.request("GET", f"/v2/{repository}/tags/list")
        if answer.status == 404:
            return []
        assert answer.status == 200, answer
        return sorted(answer.json()["tags"] or [])

    def push(self, repository, image, reference=None):
        """Pushes an image with all its parts by tag, or by digest; returns the digest."""
        for child in image.children:
            self.push(repository, child)
        for blob in image.blobs:
            self.push_blob(repository, blob)
        reference = reference or image.digest
        return self.put_manifest(repository, reference, image.manifest, image.media_type)

    def put_manifest(self, repository, reference, content, media_type):
        path = f"/v2/{repository}/manifests/{reference}"
        answer = self.request("PUT", path, content, {"Content-Type": media_type}, expect=201)
        return answer.headers["Docker-Content-Digest"]

    def push_blob(self, repository, content):
        started = self.request("POST", f"/v2/{repository}/blobs/uploads/", b"", expect=202)
        place = urllib.parse.urljoin(self.url, started.headers["Location"])
        digest = urllib.parse.quote(images.digest_of(content))
        place += ("&" if "?" in place else "?") + "digest=" + digest
        kind = {"Content-Type": "application/octet-stream"}
        self.request("PUT", place, content, kind, expect=201)

    def request(self, method, path, body=None, headers=None, expect=None):
        """Sends one request; after a challenge, sends it again with credentials."""
        url = urllib.parse.urljoin(self.url, path)
        answer = self._send(method, url, body, headers or {})
        if answer.status == 401 and self._credentials:
            authorization = self._answer_to(answer.headers["WWW-Authenticate"])
            headers = {**(headers or {}), "Authorization": authorization}
            answer = self._send(method, url, body, headers)
        assert expect in (None, answer.status), (method, url, answer)
        return answer

    def _answer_to(self, challenge):
        basic = "Basic " + base64.b64encode(":".join(self._credentials).encode()).decode()
        scheme, _, rest = challenge.partition(" ")
        if scheme.lower() == "basic":
            return basic
        parameters = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        realm = parameters.pop("realm")
        query = urllib.parse.urlencode(parameters)
        token = self._send("GET", f"{realm}?{query}", None, {"Authorization": basic})
        assert token.status == 200, token
        return "Bearer " + (token.json().get("token") or token.json()["access_token"])

    def _send(self, method, url, body, headers):
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Response(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            with answer:
                return Response(answer.code, answer.headers, answer.read())
