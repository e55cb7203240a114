"""What `inspect` and `resolve` show on a terminal, compared with the screens in `golden/`.

To write them again, after a change that is meant: MANIFESTX_GOLDEN=write. Look at each.
"""

import json
import os
import re
from pathlib import Path

import pytest

from support.sample_list import PATH, SIGNATURE, SIZES, TITLES, SampleRegistry
from support.screen import TerminalRun

GOLDEN = Path(__file__).parent / "golden"
SCREENS = {
    "inspect-list": ("inspect", "--referrers", "v1"),
    "inspect-image": ("inspect", "--referrers", "--platform", "linux/amd64", "v1"),
    "inspect-shallow": ("inspect", "--shallow", "v1"),
    "resolve-list": ("resolve", "--platform", "linux/arm64", "v1"),
}


@pytest.fixture(scope="module")
def sample():
    with SampleRegistry() as sample:
        yield sample


def screen(binary, sample, words, width, encoding="UTF-8"):
    arguments = [*words[:-1], f"{sample.host}/{PATH}:{words[-1]}"]
    locale = {"UTF-8": "C.UTF-8", "ASCII": "C"}[encoding]
    run = TerminalRun(binary, *arguments, width=width, environment={"LC_ALL": locale}).read()
    assert run.child.exitstatus == 0, run.output
    lines = run.output.replace("\r\n", "\n").splitlines()
    # The registry is at another port each time, and the image becomes older.
    shown = run.screen.text.replace(sample.host, "registry.example.com")
    return lines, re.sub(r"\b\d\d years\b", "NN years", shown) + "\n"


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("encoding", ["UTF-8", "ASCII"])
def test_a_screen_is_as_it_was(binary, sample, name, width, encoding):
    lines, shown = screen(binary, sample, SCREENS[name], width, encoding)
    assert max(map(len, lines)) <= width
    assert encoding == "UTF-8" or "\n".join(lines).isascii()
    path = GOLDEN / f"{name}-{width}-{encoding}.txt"
    if os.environ.get("MANIFESTX_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown)
    assert shown == path.read_text()


def names(value):
    """The names of all members in a document. Those in descriptors and annotations are not this program's."""
    if isinstance(value, list):
        return set().union(*map(names, value))
    if not isinstance(value, dict):
        return set()
    own = {"annotations", "labels", "platform", "config", "layers", "referrers"}
    return set(value) | set().union(*(names(member) for name, member in value.items() if name not in own))


def test_every_member_of_the_document_is_documented(binary, sample):
    documents = [
        json.loads(binary.run("inspect", "--format", "json", *words, sample.name).stdout)
        for words in (["--referrers"], ["--platform", "linux/amd64"])
    ]
    shown = set().union(*map(names, documents))
    text = (Path(__file__).parents[2] / "docs/inspect.md").read_text()
    rows = [line.split("|")[1] for line in text.splitlines() if re.match(r"\| `\w", line)]
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert shown <= documented
    assert documented - shown <= {"artifactType", "subject", "workingDir", "hasMoreReferrers"}
    [entry] = [entry for entry in documents[0]["entries"] if entry.get("problem")]
    assert entry["problem"] == "missing" and entry["platform"] == {"os": "linux", "architecture": "s390x"}
    [signed] = [entry for entry in documents[0]["entries"] if entry.get("referrers")]
    assert [referrer["artifactType"] for referrer in signed["referrers"]] == [SIGNATURE]
    assert signed["attestations"][0]["predicateTypes"] == ["https://slsa.dev/provenance/v1", "https://spdx.dev/Document"]
    assert signed["pullSize"] == sum(SIZES) + documents[1]["config"]["size"]


def test_a_pipe_gets_whole_lines(binary, sample):
    """Nothing is cut to a width, and --no-trunc shows whole digests."""
    shown = binary.run("inspect", "--referrers", sample.name, environment={"COLUMNS": "40", "LC_ALL": "C"}).stdout
    assert f"  org.opencontainers.image.description={TITLES['org.opencontainers.image.description']}\n" in shown
    assert f"   {SIGNATURE}\n" in shown
    whole = binary.run("inspect", "--no-trunc", sample.name).stdout
    assert all(entry["digest"] in whole for entry in json.loads(sample.index)["manifests"])
