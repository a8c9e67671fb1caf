"""The bundle depends on the repository's files, and on nothing else."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import GateClosed
from lambda_migrate.targets import bundle

if TYPE_CHECKING:
    from pathlib import Path


def names(packed: bundle.Bundle) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        return archive.namelist()


def write(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
    return folder


def test_the_same_files_are_the_same_bytes_whenever_and_wherever_they_were_written(tmp_path: Path) -> None:
    first = write(tmp_path / "a", "app/main.py", "Procfile", "run.sh")
    second = write(tmp_path / "b", "run.sh", "Procfile", "app/main.py")
    os.utime(second / "Procfile", (0, 0))
    for folder in (first, second):
        (folder / "run.sh").chmod(0o755)

    assert bundle.pack(first) == bundle.pack(second)
    (second / "run.sh").chmod(0o644)
    assert bundle.pack(first).sha256 != bundle.pack(second).sha256


def test_caches_and_files_that_hold_secrets_stay_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        "app/main.py",
        "app/__pycache__/main.pyc",
        ".venv/bin/python",
        ".lambda-migrate/aws.json",
        ".env",
        ".env.production",
        "tls/client.p12",
        ".env.example",
    )
    (tmp_path / "tls/server.pem").write_text("-----BEGIN PRIVATE KEY-----\n")

    packed = bundle.pack(tmp_path)

    assert names(packed) == [".env.example", "app/main.py"]
    assert packed.left_out == (".env", ".env.production", "tls/client.p12", "tls/server.pem")


def test_certificates_that_a_database_is_trusted_by_come_along(tmp_path: Path) -> None:
    write(tmp_path, "app/main.py")
    (tmp_path / "app/global-bundle.pem").write_text("-----BEGIN CERTIFICATE-----\n")

    packed = bundle.pack(tmp_path)

    assert (names(packed), packed.left_out) == (["app/global-bundle.pem", "app/main.py"], ())


def test_git_decides_what_belongs_to_the_repository(tmp_path: Path) -> None:
    write(tmp_path, "app/main.py", "notes.txt", "new.py")
    (tmp_path / ".gitignore").write_text("notes.txt\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "app"], check=True)

    assert names(bundle.pack(tmp_path)) == [".gitignore", "app/main.py", "new.py"]


def test_a_folder_of_a_larger_repository_is_what_that_one_does_not_ignore(tmp_path: Path) -> None:
    write(tmp_path, "service/main.py", "service/.coverage", "other/main.py", "ignored/main.py")
    (tmp_path / ".gitignore").write_text(".coverage\nignored/\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    assert names(bundle.pack(tmp_path / "service")) == ["main.py"]
    assert names(bundle.pack(tmp_path / "ignored")) == ["main.py"]


def test_added_files_replace_those_of_the_same_path(tmp_path: Path) -> None:
    write(tmp_path, "Procfile")

    packed = bundle.pack(tmp_path, {"Procfile": "web: other", "extra/settings": "{}"})

    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "Procfile": b"web: other",
            "extra/settings": b"{}",
        }


def test_without_a_repository_there_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(GateClosed, match="does not exist") as refused:
        bundle.pack(tmp_path / "service")

    assert refused.value.gate == "no-repository"


def test_a_repository_that_is_larger_than_a_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x" * 3 * 2**20)

    with pytest.raises(GateClosed) as refused:
        bundle.pack(tmp_path, limit=2 * 2**20)

    assert (refused.value.gate, refused.value.message) == (
        "bundle-size",
        f"`{tmp_path}` holds 3 MB, a bundle may hold 2",
    )
