"""Finds files that are opened relative to the working directory.

## Why it breaks
Lambda starts the code with `/var/task` as working directory, which is the folder of the code. A service starts wherever
its start command, its container or its test runner says, so `open("data/rates.json")` and `directory="templates"` find
nothing.

## Instead
Build the path from `__file__`, or read it with `importlib.resources`.

## Evidence
The runtime's working directory is the task root: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
(`LAMBDA_TASK_ROOT`); the `StaticFiles` and `Jinja2Templates` of web frameworks resolve against the current directory.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import argument, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM403"
SEVERITY = Severity.INFO
HINT = "build the path from `__file__`, or read it with `importlib.resources`"

VALID = (
    "from pathlib import Path\nRATES = (Path(__file__).parent / 'rates.json').read_text()\n",
    "open('/etc/hosts')\n",
    "import webbrowser\nwebbrowser.open('example.com')\n",
)
INVALID = (
    "RATES = open('data/rates.json').read()\n",
    (
        "from fastapi.staticfiles import StaticFiles\nfrom web import app\n"
        "app.mount('/static', StaticFiles(directory='static'))\n"
    ),
    "from fastapi.templating import Jinja2Templates\ntemplates = Jinja2Templates('templates')\n",
    "from pathlib import Path\nRATES = Path('rates.json').read_text()\n",
)
KNOWN_MISSES = ("from pathlib import Path\nRATES = Path('rates.json')\ndef read():\n    return RATES.read_text()\n",)
OPENERS = {
    "open": ("file", re.compile(r"^(open|io\.open)$")),
    "StaticFiles": ("directory", re.compile(r"^(fastapi|starlette)\.staticfiles\.StaticFiles$")),
    "Jinja2Templates": ("directory", re.compile(r"^(fastapi|starlette)\.templating\.Jinja2Templates$")),
    "FileSystemLoader": ("searchpath", re.compile(r"^jinja2\.(loaders\.)?FileSystemLoader$")),
}
READS = ("read_text", "read_bytes", "open", "iterdir", "glob", "rglob")
RELATIVE = re.compile(r"^[^/{}:]+$|^[^/:]+/[^:]*$")


def check(module: Module) -> Iterator[Fact]:
    """Report literal paths that are not absolute."""
    for name, (parameter, origin) in OPENERS.items():
        for call, scope in module.calls(name):
            path = text_of(argument(call, 0, parameter))
            if RELATIVE.match(path) and origin.match(module.resolved(call, scope)):
                yield module.fact(call, _says(path))
    for call, scope in module.calls(*READS):
        made = call.func.value if isinstance(call.func, ast.Attribute) else None
        path = text_of(argument(made, 0, "path")) if isinstance(made, ast.Call) else ""
        if RELATIVE.match(path) and module.resolved(call, scope).startswith("pathlib.Path()."):
            yield module.fact(call, _says(path))


def _says(path: str) -> str:
    return f"`{path[:60]}` is looked for in the working directory"
