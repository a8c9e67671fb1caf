"""Builds the wheel of the service library that a lifted repository carries in ``vendor/``.

The library lies beside the sources, or inside our own wheel; no package index is asked. The bytes depend on nothing but
the library's files: fixed times, sorted names, nothing compressed (what zlib makes of a file differs between builds).

Format: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = Path(__file__).resolve().parent.parent
IMPORT_NAME = "lambda_migrate_service"
FOLDER = "vendor"
"""Where the wheel lies in a lifted repository."""
CHANGELOG = f"{FOLDER}/CHANGELOG.md"

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FORMAT = b"Wheel-Version: 1.0\nGenerator: lambda-migrate\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class ServiceWheel:
    """The wheel.

    Attributes:
        version: Of the library.
        content: The wheel's bytes.
        changelog: The library's changelog, newest version first.
    """

    version: str
    content: bytes
    changelog: str

    @property
    def path(self) -> str:
        """Where it lies in the repository."""
        return f"{FOLDER}/{IMPORT_NAME}-{self.version}-py3-none-any.whl"

    @property
    def requirement(self) -> str:
        """The line of requirements.txt: a relative path, and the hash that pip checks.

        A ``--hash`` option would make pip want one for every line; the fragment of a URL is checked for its own line
        alone. The path is relative to the folder in which pip runs: the root of the repository.
        """
        return f"file:./{self.path}#sha256={hashlib.sha256(self.content).hexdigest()}"


def folder() -> Path:
    """Return the folder of the library's project.

    Raises:
        MigrateError: The installation has none.
    """
    for candidate in (PACKAGE / "_service_library", PACKAGE.parent / "service_library"):
        if (candidate / IMPORT_NAME / "__init__.py").is_file():
            return candidate
    raise MigrateError("the service library is missing", hint="install lambda-migrate again")


def build(root: Path | None = None) -> ServiceWheel:
    """Build the wheel.

    Args:
        root: The library's project; default: the one that this installation carries.
    """
    root = root or folder()
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = _version((root / IMPORT_NAME / "__init__.py").read_text(encoding="utf-8"))
    sources = (file for file in (root / IMPORT_NAME).rglob("*") if file.suffix in (".py", ".typed"))
    files = {file.relative_to(root).as_posix(): file.read_bytes() for file in sources}
    about = f"{IMPORT_NAME}-{version}.dist-info"
    files[f"{about}/METADATA"] = _metadata(project, version)
    files[f"{about}/WHEEL"] = _FORMAT
    files[f"{about}/RECORD"] = _record(files, f"{about}/RECORD")
    return ServiceWheel(version, _zipped(files), (root / "CHANGELOG.md").read_text(encoding="utf-8"))


def _version(source: str) -> str:
    match = re.search(r'^__version__ = "([0-9][0-9.]*)"$', source, re.MULTILINE)
    if match is None:
        raise MigrateError("the service library has no version", hint="install lambda-migrate again")
    return match[1]


def _metadata(project: Mapping[str, Any], version: str) -> bytes:
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {version}",
        f"Summary: {project['description']}",
        f"License-Expression: {project['license']}",
        *(f"Classifier: {each}" for each in project["classifiers"]),
        f"Requires-Python: {project['requires-python']}",
        *(f"Requires-Dist: {each}" for each in project["dependencies"]),
    ]
    return ("\n".join(lines) + "\n").encode()


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for path in sorted(files):
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[path]).digest()).rstrip(b"=").decode()
        writer.writerow((path, f"sha256={digest}", len(files[path])))
    writer.writerow((own, "", ""))
    return text.getvalue().encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.create_system = 3  # Unix, so that the mode counts
            entry.external_attr = 0o100644 << 16
            file.writestr(entry, files[path])
    return archive.getvalue()
