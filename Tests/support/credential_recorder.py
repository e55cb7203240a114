"""A registry that lets in whoever has any password at all, and remembers who that was."""

import base64

from support import images
from support.stub_registry import Answer, StubRegistry

IMAGE = images.build("linux/arm64")


class CredentialRecorder(StubRegistry):
    """A registry with one image, which wants Basic; it keeps what it was told."""

    def __init__(self):
        super().__init__({})

    def answer(self, request):
        self.requests.append(request)
        if "Authorization" not in request.headers:
            return Answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="recorder"'})
        if "/blobs/" in request.path:
            return Answer(200, IMAGE.blobs[0])
        return Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type})

    @property
    def told(self):
        """Who came, as NAME:PASSWORD; None for nobody."""
        headers = [request.headers.get("Authorization") for request in self.requests]
        [said] = {header for header in headers if header} or {None}
        return said and base64.b64decode(said.removeprefix("Basic ")).decode()

    @property
    def name(self):
        """The image."""
        return f"{self.host}/test/app:v1"


def credentials_sent(plugin, recorder, **options):
    """Reads the image; answers who was let in."""
    result = plugin.run("inspect", recorder.name, **options)
    assert IMAGE.digest in result.stdout
    return recorder.credentials


def inspect_error(plugin, recorder, **options):
    """Tries to, which has to fail; answers what was said."""
    return plugin.fail("inspect", recorder.name, **options).stderr
