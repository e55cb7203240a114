"""Fixtures of the shell tests."""

import pytest

from support import images
from support.home import Home
from support.shells import SHELLS, Shell


@pytest.fixture(params=SHELLS)
def shell(request, by_docker):
    """Each shell that helpers/manifestx.sh supports."""
    return Shell(request.param, by_docker)


@pytest.fixture
def listed(app):
    """A repository in which v1 and latest are a list of two images, pushed without the plugin."""
    entries = [
        (app.push(None, platform), platform) for platform in ("linux/arm64/v8", "linux/amd64")
    ]
    for tag in ("v1", "latest"):
        app.push(tag, images.index(entries))
    return app


@pytest.fixture
def home(tmp_path):
    """The home directory of a user, for install.sh."""
    return Home(tmp_path / "a home")
