"""Requirements as tools of all kinds leave them: what is read is the same in `analyze` and in `init`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer.distributions import Requirements, find_requirements
from lambda_migrate.scaffold import declared

if TYPE_CHECKING:
    from pathlib import Path

ANOTHER_INDEX = (
    "`requirements.txt` looks for packages at `index.example.com` too; name it to pip where the service is built"
)
SETUPTOOLS = """\
[project]
name = "shop"
dynamic = ["dependencies"]
[tool.setuptools.dynamic]
dependencies = {file = ["needs/base.in"]}
"""
PIPFILE = """\
[packages]
fastapi = "==0.115.0"
e1839a8 = {path = ".", editable = true}
"""
PYLOCK = """\
lock-version = "1.0"
[[packages]]
name = "fastapi"
version = "0.115.0"
"""


@pytest.mark.parametrize(
    ("files", "notes"),
    [
        ({"requirements.txt": "fastapi==0.115.0\r\n".encode("utf-16")}, []),
        ({"requirements.txt": "\ufefffastapi==0.115.0\r\n-e .\n-e ./[lambda]\n".encode()}, []),
        (
            {"requirements.txt": b"fastapi==0.115.0\ncertifi @ file:///croot/certifi_1690/work\n"},
            ["`certifi` of `requirements.txt` is a build for another machine; pin its version"],
        ),
        (
            {"requirements.txt": b"--index-url https://me:secret@index.example.com/simple\nfastapi==0.115.0\n"},
            [ANOTHER_INDEX],
        ),
        ({"requirements.txt": b"-r needs\\base.in\n", "needs/base.in": b"fastapi==0.115.0\n"}, []),
        ({"pyproject.toml": SETUPTOOLS.encode(), "needs/base.in": b"fastapi==0.115.0\n"}, []),
        (
            {
                "setup.cfg": b"[options]\ninstall_requires = file: needs/base.in\n",
                "needs/base.in": b"fastapi==0.115.0\n",
            },
            [],
        ),
        ({"Pipfile": PIPFILE.encode()}, []),
        ({"pylock.toml": PYLOCK.encode()}, []),
    ],
    ids=[
        "utf-16",
        "mark-and-itself",
        "conda",
        "private-index",
        "windows",
        "setuptools",
        "setup.cfg",
        "pipenv",
        "pylock",
    ],
)
def test_it_is_read_alike(files: dict[str, bytes], notes: list[str], tmp_path: Path) -> None:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    read = declared.read(tmp_path, "", "3.12")
    seen = Requirements(find_requirements(tmp_path) or ())

    lines = [each.line for each in read.requirements]
    assert (lines[0], list(read.notes)) == ("fastapi==0.115.0", notes)
    assert lines[1:] == (["certifi"] if len(notes) == 1 and "certifi" in notes[0] else [])
    assert seen.declares("fastapi")
