"""What `inspect` and `resolve` show on a terminal, compared with the screens in `golden/`.

To write them again, after a change that is meant: MANIFESTX_GOLDEN=write. Look at each.
"""

import os
import re
from pathlib import Path

import pytest

from support.sample_list import PATH, SampleRegistry
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
