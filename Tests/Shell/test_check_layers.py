"""Tests/check-layers finds each thing that it looks for, in a small package of the test's own."""

import subprocess

import pytest

from support.plugin import REPOSITORY_ROOT

PACKAGE = """
// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "small",
  targets: [
    .target(name: "CThing"),
    .target(name: "JSON", dependencies: ["CThing"]),
    .target(name: "OCI", dependencies: ["JSON"]),
    .target(name: "CurlHTTP"),
    .executableTarget(name: "small-tool", dependencies: ["OCI", "CurlHTTP"]),
    .testTarget(name: "OCITests", dependencies: ["OCI"]),
  ]
)
"""

FILES = {
    "Package.swift": PACKAGE.lstrip(),
    "Sources/CThing/thing.c": "",
    "Sources/CThing/include/thing.h": "",
    "Sources/JSON/Value.swift": "import CThing\nimport Glibc\npackage struct Value {}\n",
    "Sources/OCI/Index.swift": "import JSON\npackage struct Index { let entries: [Entry] }\n",
    "Sources/OCI/Entry.swift": "package struct Entry { let name: String }\n",
    "Sources/CurlHTTP/Transport.swift": "package struct Transport {}\n",
    "Sources/small-tool/Main.swift": "import CurlHTTP\nimport OCI\n@main struct Main { static func main() {} }\n",
    "Tests/OCITests/IndexTests.swift": "import Testing\n\n@testable import OCI\n",
}


@pytest.fixture
def check(tmp_path):
    """Writes the small package, with some files changed, and returns what the check says of it."""

    def check(changes=None):
        for name, text in {**FILES, **(changes or {})}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        command = [REPOSITORY_ROOT / "Tests/check-layers", tmp_path]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = [line for line in result.stderr.splitlines() if not line.startswith(("warning: ", " "))]
        assert result.returncode == (1 if lines else 0)
        return lines

    return check


def test_a_package_that_keeps_the_rules_passes(check):
    assert check() == []


BROKEN = {
    "an import that is not declared": (
        {"Sources/JSON/Value.swift": "import CThing\nimport OCI\npackage struct Value {}\n"},
        "Sources/JSON/Value.swift:2: JSON imports OCI, which Package.swift does not declare for it",
    ),
    "one of a test": (
        {"Tests/OCITests/IndexTests.swift": "import JSON\n@testable import OCI\n"},
        "Tests/OCITests/IndexTests.swift:1: OCITests imports JSON, which",
    ),
    "one with a kind, behind a comment": (
        {"Sources/OCI/Entry.swift": "// import Glibc\n\n@preconcurrency import struct CThing.T\npackage struct Entry {}\n"},
        "Sources/OCI/Entry.swift:3: OCI imports CThing, which",
    ),
    "a dependency that is not imported": (
        {"Sources/small-tool/Main.swift": "import OCI\n@main struct Main { static func main() {} }\n"},
        "Package.swift: small-tool depends on CurlHTTP and does not import it",
    ),
    "full Foundation": (
        {"Sources/OCI/Entry.swift": "import Foundation\npackage struct Entry {}\n"},
        "Sources/OCI/Entry.swift:1: Foundation is not allowed",
    ),
    "input and output in OCI": (
        {"Sources/OCI/Entry.swift": "import Glibc\npackage struct Entry {}\n"},
        "Sources/OCI/Entry.swift:1: OCI must not import Glibc",
    ),
    "what only the executable imports": (
        {
            "Package.swift": FILES["Package.swift"].replace('["JSON"]', '["JSON", "CurlHTTP"]'),
            "Sources/OCI/Entry.swift": "import CurlHTTP\npackage struct Entry {}\n",
        },
        "Sources/OCI/Entry.swift:1: only the executable may import CurlHTTP",
    ),
    "a C module of two": (
        {
            "Package.swift": FILES["Package.swift"].replace('["JSON"]', '["JSON", "CThing"]'),
            "Sources/OCI/Entry.swift": "import CThing\npackage struct Entry {}\n",
        },
        "Package.swift: CThing is for one Swift module, and not for ['JSON', 'OCI']",
    ),
    "a long file": (
        {"Sources/OCI/Entry.swift": "package struct Entry {}\n" + "\n" * 300},
        "Sources/OCI/Entry.swift:301: 301 lines; the limit is 300",
    ),
    "a circle of two files": (
        {"Sources/OCI/Entry.swift": "package struct Entry { let list: Index? }\n"},
        "OCI: files use each other in a circle: Entry.swift, Index.swift",
    ),
    "a circle through a function and an interpolation": (
        {
            "Sources/OCI/Entry.swift": 'package struct Entry { var name: String { "\\(quoted("a"))" } }\n',
            "Sources/OCI/Quoted.swift": "func quoted(_ text: String) -> String { render(text) }\n",
            "Sources/OCI/Render.swift": "func render(_ text: String) -> String { Index.self; return text }\n",
        },
        "OCI: files use each other in a circle: Entry.swift, Index.swift, Quoted.swift, Render.swift",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_finds(check, broken):
    changes, line = BROKEN[broken]
    [found] = check(changes)
    assert found.startswith(line)


NO_CIRCLES = {
    "a comment": "package struct Entry {}  // as in Index /* and */ Index\n",
    "a string": 'package struct Entry { let name = "Index" + #"\\(Index)"# }\n',
    "a member of the same name": "package struct Entry { let a = Other.Index.b }\n",
    "a name of its own": "package struct Entry { struct Index {}\n  let list: Index }\n",
    "an extension, which provides nothing": "extension Index { var count: Int { 0 } }\nstruct Entry {}\nextension String {}\n",
}


@pytest.mark.parametrize("text", NO_CIRCLES)
def test_no_circle_is(check, text):
    files = {"Sources/OCI/Entry.swift": NO_CIRCLES[text]}
    if text.startswith("an extension"):
        files["Sources/OCI/Index.swift"] = "import JSON\npackage struct Index { let name: String }\n"
    assert check(files) == []
