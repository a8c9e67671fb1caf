"""The wheel of the service library: reproducible, and installed by hash from the repository that carries it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import PathDistribution
from io import BytesIO
from pathlib import Path

import pytest

from lambda_migrate.errors import MigrateError
from lambda_migrate.scaffold import service_wheel
from lambda_migrate.scaffold.service_wheel import build
from tests.scaffold.lifted import PROJECT

LIBRARY = PROJECT / "service_library"


def test_its_bytes_depend_on_nothing_but_the_sources(tmp_path: Path) -> None:
    copied = shutil.copytree(LIBRARY, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    for file in copied.rglob("*.py"):
        file.touch()
        file.chmod(0o600)
    assert build(copied) == build()


def test_it_holds_what_hatchling_would_put_into_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=LIBRARY, capture_output=True, check=True)
    (file,) = tmp_path.glob("*.whl")

    def contents(source: object) -> dict[str, bytes]:
        with zipfile.ZipFile(source) as archive:  # type: ignore[call-overload]
            return {name: archive.read(name) for name in archive.namelist()}

    ours, theirs = contents(BytesIO(build().content)), contents(file)
    assert ours.keys() == theirs.keys()
    assert file.name == Path(build().path).name
    assert {name for name in ours if ours[name] != theirs[name]} <= {
        name for name in ours if name.endswith(("/METADATA", "/WHEEL", "/RECORD"))
    }
    fields = [
        {line for line in of[name].decode().splitlines() if line.startswith(("Name", "Version", "Requires", "Class"))}
        for of in (ours, theirs)
        for name in of
        if name.endswith("/METADATA")
    ]
    assert fields[0] == fields[1]


def test_the_changelog_begins_with_the_version_that_is_built() -> None:
    wheel = build()
    assert re.findall(r"(?m)^## (\S+)", wheel.changelog)[0] == wheel.version


def test_pip_installs_it_from_the_repository_and_refuses_another(tmp_path: Path) -> None:
    wheel = build()
    (tmp_path / "vendor").mkdir()
    (tmp_path / wheel.path).write_bytes(wheel.content)
    (tmp_path / "requirements.txt").write_text(f"{wheel.requirement}\n")
    venv.create(tmp_path / ".venv", with_pip=False, symlinks=True)
    python = str(tmp_path / ".venv" / "bin" / "python")
    options = ["--quiet", "--disable-pip-version-check", "--no-index"]
    command = [sys.executable, "-m", "pip", "--python", python, "install", *options, "-r", "requirements.txt"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (about,) = tmp_path.glob(".venv/lib/python*/site-packages/lambda_migrate_service-*.dist-info")
    assert PathDistribution(about).version == wheel.version

    (tmp_path / wheel.path).write_bytes(wheel.content.replace(b"healthz", b"healthy"))
    again = subprocess.run([*command, "--force-reinstall"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (again.returncode, "THESE PACKAGES DO NOT MATCH THE HASHES" in again.stderr) == (1, True)


def test_an_installation_without_the_library_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(service_wheel, "PACKAGE", tmp_path / "nowhere")
    with pytest.raises(MigrateError, match="the service library is missing"):
        build()
