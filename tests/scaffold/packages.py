"""Builds the zips that Lambda would have: own code, and packages installed beside it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.scaffold import FunctionFacts, Options, from_zip, survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.scaffold.survey import Survey

FACTS = FunctionFacts(
    "orders",
    region="eu-west-1",
    account="123456789012",
    runtime="python3.12",
    handler="main.handler",
    timeout=10,
    code_sha256="n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
)
MAIN = "from fastapi import FastAPI\nfrom mangum import Mangum\n\napp = FastAPI()\nhandler = Mangum(app)\n"


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of some files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def installed(name: str, version: str, module: str, *, root: str = "", record: bool = True) -> dict[str, str]:
    """Return the files of an installed package, as pip leaves them."""
    info = f"{root}{name.replace('-', '_')}-{version}.dist-info"
    files = {
        f"{root}{module}/__init__.py": "",
        f"{root}{module}/core.py": "import six_of_another\n",
        f"{root}{module}/__pycache__/core.cpython-312.pyc": "bytecode",
        f"{root}bin/{module}": "#!python\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nText\n",
    }
    if record:
        rows = [path.removeprefix(root) for path in files if "__pycache__" not in path]
        files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*rows, "../../bin/thing"])
    return files


def surveyed(files: Any, facts: FunctionFacts = FACTS, layers: Any = (), **options: Any) -> Survey:
    """Return what is found in a package with its layers."""
    source = from_zip(zipped(files)).with_layers(*(from_zip(zipped(layer), "a layer") for layer in layers))
    return survey(source, facts, Options(Path("unused"), **options))
