"""A registry that accepts any password, and records the credentials it received."""

import base64

from support import images
from support.stub_registry import Answer, StubRegistry

IMAGE = images.build("linux/arm64")


class CredentialRecorder(StubRegistry):
    """A registry with one image that requires Basic authentication."""

    accepts_all = True  # False: none of the credentials that are sent.

    def __init__(self):
        super().__init__({})

    def answer(self, request):
        self.requests.append(request)
        if "Authorization" not in request.headers or not self.accepts_all:
            return Answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="recorder"'})
        if "/blobs/" in request.path:
            return Answer(200, IMAGE.blobs[0])
        return Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type})

    @property
    def credentials(self):
        """The credentials that were sent, as NAME:PASSWORD; None if there were none."""
        headers = [request.headers.get("Authorization") for request in self.requests]
        [header] = {header for header in headers if header} or {None}
        return header and base64.b64decode(header.removeprefix("Basic ")).decode()

    @property
    def name(self):
        """The reference of the image."""
        return f"{self.host}/test/app:v1"


def credentials_sent(plugin, recorder, **options):
    """Inspects the image; returns the credentials that were sent."""
    result = plugin.run("inspect", recorder.name, **options)
    assert IMAGE.digest in result.stdout
    return recorder.credentials


def inspect_error(plugin, recorder, **options):
    """Inspects the image, which must fail; returns stderr."""
    return plugin.fail("inspect", recorder.name, **options).stderr
