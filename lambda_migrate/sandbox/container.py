"""Starts what a container image starts, in the image's files, with the Python of this machine: there is no container.

Paths that the image has are those of its files here, in the command and in variables; every other path is this
machine's. `python` is this Python, and `awslambdaric` AWS's own where this Python has it, else a stand-in
(`runtime_client`). Where the image holds the AWS Lambda Web Adapter, the stand-in of that talks to the application.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.sandbox import runtime_client, web_adapter
from lambda_migrate.sandbox.runtime_interface import RuntimeInterface

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VARIABLE = "_SANDBOX_IMAGE"
"""The variable that tells an environment what to start: JSON with `command` and `folder`."""

STAND_IN = Path(runtime_client.__file__).parent
"""The folder that the stand-in of `awslambdaric` is in."""


def started(environment: Mapping[str, str], root: str, told: Mapping[str, Any]) -> Callable[[Any, Any], Any]:
    """Return what hands an event and its context to the function; it is ready.

    Args:
        environment: Of the function, with what Lambda adds.
        root: The folder that the image's files are in.
        told: What the image starts: `command`, and `folder`, where.

    Raises:
        Exception: It does not start.
    """
    folder = str(Path(root) / told["folder"].strip("/"))
    variables = {name: _here(value, root) for name, value in environment.items()}
    python_path = [each for each in variables.get("PYTHONPATH", "").split(os.pathsep) if each]
    python_path += [] if find_spec("awslambdaric") else [str(STAND_IN)]
    variables |= {
        "LAMBDA_TASK_ROOT": folder,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join(python_path),
    }
    command = [_here(each, root) for each in told["command"]]
    if (Path(root) / "opt" / web_adapter.EXTENSION).exists():
        adapter = web_adapter.Adapter(variables, command, folder)
        adapter.wait()
        return adapter
    interface = RuntimeInterface(variables, command, folder)
    interface.wait()
    return interface


def _here(value: str, root: str) -> str:
    """Return a path, or several with colons between them, as it is on this machine where the image has it."""
    paths = value.split(os.pathsep)
    return os.pathsep.join(_path(each, root) if each.startswith("/") else each for each in paths)


def _path(path: str, root: str) -> str:
    here = Path(root) / path.strip("/")
    return str(here) if path.strip("/") and here.exists() else path
