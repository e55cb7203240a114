"""`docker manifestx add`, `remove` and `annotate`, while others change the list."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import images
from support.repository import platforms
from support.stub_registry import Answer, StubRegistry, errors


def numbered(number):
    """A list of two images, and one that differs each time."""
    platform = [("linux", "arm64"), ("linux", "amd64"), ("linux", "s390x")]
    manifests = [
        {"mediaType": images.OCI_MANIFEST, "size": 2, "digest": f"sha256:{index}{number:063x}",
         "platform": {"os": os, "architecture": architecture}}
        for index, (os, architecture) in enumerate(platform)
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": manifests}).encode()


class Changing:
    """A list that somebody else changes after each of the first reads."""

    def __init__(self, changes):
        self.changes = changes
        self.reads = 0
        self.put = []

    def read(self, _):
        self.reads += 1
        body = self.put[-1] if self.put else numbered(min(self.reads, self.changes))
        return Answer(200, body, {"Content-Type": images.OCI_INDEX})

    def write(self, request):
        self.put.append(request.body)
        return Answer(201, b"", {"Docker-Content-Digest": images.digest_of(request.body)})

    def remove(self, binary):
        path = "/v2/a/manifests/v1"
        with StubRegistry({("GET", path): self.read, ("PUT", path): self.write}) as stub:
            return binary.attempt("remove", f"{stub.host}/a:v1", "linux/arm64")


def test_a_list_that_changes_is_edited_as_it_is_then(binary):
    changing = Changing(4)
    result = changing.remove(binary)
    assert result.returncode == 0
    [put] = changing.put
    assert json.loads(put)["manifests"] == json.loads(numbered(4))["manifests"][1:]
    assert result.stderr.count("was changed by others in the meantime: starting over") == 3
    assert changing.reads == 4 + 1 + 1, "one look before the PUT, and one after it"


def test_a_list_that_others_change_all_the_time(binary):
    changing = Changing(100)
    result = changing.remove(binary)
    assert result.returncode == 1 and changing.put == []
    assert "(10 times)" in result.stderr and "publish --join" in result.stderr


def test_a_list_is_published_also_where_the_answer_is_lost(binary):
    """It is not "already this list": this command has put it."""
    class Losing(Changing):
        def write(self, request):
            super().write(request)
            return Answer(503)

    losing = Losing(1)
    result = losing.remove(binary)
    assert result.returncode == 0 and result.stderr.splitlines()[-1].startswith("Published ")


class Lagging(Changing):
    """A registry that shows a change some reads later; until then, what was there, or (None) nothing."""

    def __init__(self, before, reads, answer=None):
        super().__init__(1)
        self.before, self.lag, self.answer = before, reads, answer

    def read(self, _):
        self.reads += 1
        if self.put and self.lag > 0:
            self.lag -= 1
            if self.answer:
                return self.answer
            if self.before is None:
                return errors(404, "MANIFEST_UNKNOWN", "manifest unknown")
        body = self.put[-1] if self.put and self.lag <= 0 else numbered(1)
        return Answer(200, body, {"Content-Type": images.OCI_INDEX})


@pytest.mark.parametrize("before", [numbered(1), None])
def test_a_registry_that_shows_the_new_list_later(binary, before):
    """The list is not made anew from what is not there any more."""
    lagging = Lagging(before, reads=2)
    result = lagging.remove(binary)
    assert result.returncode == 0 and "Published" in result.stderr and "changed by others" not in result.stderr
    assert len(lagging.put) == 1 and len(json.loads(lagging.put[0])["manifests"]) == 2


@pytest.mark.parametrize("answer", [errors(403, "DENIED", "no"), Answer(404, b"<html>"), Answer(200, b"nonsense")])
def test_a_list_that_cannot_be_read_after_it_was_put(binary, answer):
    result = Lagging(None, reads=99, answer=answer).remove(binary)
    assert result.returncode == (4 if answer.status == 403 else 1)
    assert "was published before this happened" in result.stderr


def test_a_web_page_does_not_mean_that_there_is_no_list(binary):
    image = images.build("linux/s390x", "oci")
    put = []
    name = {"Content-Type": image.media_type}
    answers = {
        ("GET", "/v2/a/manifests/v1"): Answer(404, b"<html>not here</html>", {"Content-Type": "text/html"}),
        ("GET", "/v2/a/manifests/v1-s390x"): Answer(200, image.manifest, name),
        ("GET", f"/v2/a/blobs/{images.digest_of(image.blobs[0])}"): Answer(200, image.blobs[0]),
        ("PUT", "/v2/a/manifests/v1"): lambda request: put.append(request) or Answer(201),
    }
    with StubRegistry(answers) as stub:
        for words in (["add", f"{stub.host}/a:v1", "v1-s390x"], ["remove", f"{stub.host}/a:v1", "linux/s390x"]):
            result = binary.fail(*words)
            assert f"GET {stub.host}/v2/a/manifests/v1 returned 404" in result.stderr
    assert put == []


def test_a_list_that_vanishes(binary):
    """Deleted by somebody else, or out of sight for a moment: a new list would lose all other images."""
    changing = Changing(1)
    first = changing.read
    gone = errors(404, "MANIFEST_UNKNOWN", "manifest unknown")
    changing.read = lambda request: first(request) if changing.reads == 0 else gone
    result = changing.remove(binary)
    assert result.returncode == 3 and changing.put == []
    assert "was there when it was read, and is not there any more" in result.stderr


def test_a_change_of_others_is_checked_like_the_first_list(binary):
    """The new entry states no platform, and its image is for the platform of the one that is added."""
    arm64, old = images.build("linux/arm64", "oci"), images.build("linux/amd64", "oci")
    new = images.build("linux/amd64", "oci", marker="new")
    first = images.index([(arm64, "linux/arm64")]).manifest
    changed = json.loads(images.index([(arm64, "linux/arm64"), (old, "linux/amd64")]).manifest)
    del changed["manifests"][1]["platform"]
    bodies = [first, json.dumps(changed).encode()]
    put = []

    def read(_):
        return Answer(200, bodies.pop(0) if len(bodies) > 1 else bodies[0], {"Content-Type": images.OCI_INDEX})

    answers = {("GET", "/v2/a/manifests/v1"): read, ("PUT", "/v2/a/manifests/v1"): put.append}
    for image, name in (arm64, None), (old, None), (new, "new"):
        answers["GET", f"/v2/a/manifests/{name or image.digest}"] = Answer(
            200, image.manifest, {"Content-Type": image.media_type})
        answers["GET", f"/v2/a/blobs/{images.digest_of(image.blobs[0])}"] = Answer(200, image.blobs[0])
    with StubRegistry(answers) as stub:
        error = binary.fail("add", f"{stub.host}/a:v1", "new").stderr
    assert "was changed by others in the meantime" in error
    assert f"has an image for linux/amd64, and its entry does not say so: @{old.digest}" in error
    assert put == []


def listed_in(layout):
    [entry] = json.loads((layout / "index.json").read_text())["manifests"]
    return platforms((layout / "blobs/sha256" / entry["digest"].removeprefix("sha256:")).read_bytes())


def test_editors_of_a_layout_lose_nothing(app, binary, tmp_path):
    """Each waits for the lock, and changes the list as it is then."""
    architectures = ["amd64", "arm64", "386", "s390x", "ppc64le", "riscv64", "mips64le", "loong64"]
    for architecture in architectures:
        app.push(f"v1-{architecture}", f"linux/{architecture}", kind="oci")
    layout = f"oci-layout://{tmp_path}/layout:v1"
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda word: binary.attempt("add", layout, app.at(f"v1-{word}")), architectures))
    assert [result.returncode for result in results] == 8 * [0], [result.stderr for result in results]
    assert sorted(listed_in(tmp_path / "layout")) == sorted(f"linux/{architecture}" for architecture in architectures)
    with ThreadPoolExecutor(7) as pool:
        results = list(pool.map(lambda word: binary.attempt("remove", layout, f"linux/{word}"), architectures[1:]))
    assert [result.returncode for result in results] == 7 * [0]
    assert listed_in(tmp_path / "layout") == ["linux/amd64"]
