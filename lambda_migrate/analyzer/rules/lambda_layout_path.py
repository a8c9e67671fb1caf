"""Finds the folders of the Lambda file system: `/opt`, `/var/task`, `/var/runtime`, `/mnt`.

## Why it breaks
Layers are unpacked to `/opt`, the code to `/var/task`, the runtime to `/var/runtime`, and EFS file systems are mounted
below `/mnt`. None of them exists on a service, so binaries, models, certificates and `sys.path` entries are missing.
A folder that is asked for first, is a default, or is one of several places is a warning.

## Instead
Put layer content into the image or the declared dependencies, and find files relative to the code (`__file__`). Mount
the file system in the service as well, at the same path, and accept the finding.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import matching_strings, said, text_of
from lambda_migrate.analyzer.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM402"
SEVERITY = Severity.ERROR
HINT = "find files relative to the code, install what the layer held, mount the file system"

VALID = (
    "PATH = '/optional/x'\n",
    "from pathlib import Path\nHERE = Path(__file__).parent\n",
    "URL = 'https://x/opt/y'\n",
    "import sys\nsys.path.insert(0, '/var/lang/lib/python3.9/site-packages')\n",
    "CHROME = '/opt/google/chrome/chrome'\n",
    "PATH = '/mnt'\n",
)
INVALID = (
    "import sys\nsys.path.insert(0, '/opt/python')\n",
    "FFMPEG = '/opt/bin/ffmpeg'\n",
    "CERTIFICATE = '/var/task/certs/ca.pem'\n",
    "def model(name):\n    return f'/opt/ml/{name}'\n",
    "CACHE = '/mnt/efs/models'\n",
)
KNOWN_MISSES = ("import os\nPATH = os.path.join(os.sep, 'opt', 'bin')\n",)
PATH = re.compile(
    r"^(?:file://)?(?:(/opt(?!/(?:homebrew|venv|conda|anaconda|miniconda|google|local|render)\d?/)|/var/task|/var/runtime|/var/lang)(?:/|$|:)|(/mnt/))"
)
MOUNTED = "`/mnt` is where a function's EFS file system is mounted"
SEARCHED = frozenset({"PATH", "LD_LIBRARY_PATH", "PYTHONPATH"})
ASKS_FOR_LAMBDA = re.compile(r"lambda|aws_execution|serverless", re.IGNORECASE)
OF_THE_RUNTIME = frozenset({"/var/lang", "/var/runtime"})


def check(module: Module) -> Iterator[Fact]:
    """Report strings that begin with one of the folders."""
    passing: set[int] | None = None
    for node, _, match in matching_strings(module, PATH, b"/opt", b"/var/", b"/mnt/"):
        if match[1] in OF_THE_RUNTIME and _is_searched(module, node):
            continue  # what it holds is installed on a service, or found missing as a package
        if passing is None:
            passing = said(module) | set(_among_others(module)) | set(_with_another_way(module))
        where = f"`{match[1]}` is part of the Lambda file system only" if match[1] else MOUNTED
        fact = module.fact(node, where)
        doubtful = id(node) in passing or _is_searched(module, node)
        yield fact.saying(fact.message, severity=Severity.WARN) if doubtful else fact


def _is_searched(module: Module, node: ast.Constant) -> bool:
    """Return whether a folder is put on the import path: `sys.path.insert(0, folder)`."""
    calls = (call for call, _ in module.calls("append", "insert") if node in call.args)
    return any(isinstance(call.func, ast.Attribute) and last_name(call.func.value) == "path" for call in calls)


def _with_another_way(module: Module) -> Iterator[int]:
    """Yield folders that are asked for first, are a default or one of several places, or are for Lambda alone."""
    for branch, _ in module.of(ast.If):
        test = ast.unparse(branch.test)
        if "exists(" in test or "is_file(" in test or "is_dir(" in test or ASKS_FOR_LAMBDA.search(test):
            yield from (id(part) for part in ast.walk(branch))
    for choice, _ in module.of(ast.IfExp):
        yield from (id(part) for part in ast.walk(choice))
    for call, _ in module.calls("get", "getenv", "setdefault", "exists", "isfile", "isdir", "Field"):
        yield from (id(part) for each in (*call.args, *call.keywords) for part in ast.walk(each))
    choices = (part for part in ast.walk(module.tree) if isinstance(part, ast.BoolOp))
    yield from (id(part) for either in choices for part in ast.walk(either))
    for statement, _ in module.of(ast.Assign):
        target = statement.targets[0]
        if isinstance(target, ast.Subscript) and text_of(target.slice) in SEARCHED:
            yield from (id(part) for part in ast.walk(statement.value))


def _among_others(module: Module) -> Iterator[int]:
    """Yield folders in a list: one of several places to look in."""
    for statement, _ in module.of(ast.Assign):
        if isinstance(statement.value, (ast.List, ast.Tuple)):
            yield from (id(each) for each in statement.value.elts)
