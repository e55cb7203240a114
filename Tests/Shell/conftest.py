"""The fixtures of the tests that run in every shell."""

import pytest

from support import images
from support.home import Home
from support.shells import SHELLS, Shell


@pytest.fixture(params=SHELLS)
def shell(request, by_docker):
    return Shell(request.param, by_docker)


@pytest.fixture
def listed(app):
    """v1 and latest are a list of two, made without the plugin."""
    parts = [
        (app.push(None, platform), platform) for platform in ("linux/arm64/v8", "linux/amd64")
    ]
    for tag in ("v1", "latest"):
        app.push(tag, images.index(parts))
    return app


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "a home")
