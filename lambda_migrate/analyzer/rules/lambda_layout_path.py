"""Finds the folders of the Lambda file system: `/opt`, `/var/task`, `/var/runtime`.

## Why it breaks
Layers are unpacked to `/opt`, the code to `/var/task`, the runtime to `/var/runtime`. None of them exists on a service,
so binaries, models, certificates and `sys.path` entries are missing.

## Instead
Put layer content into the image or the declared dependencies, and find files relative to the code (`__file__`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import matching_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM402"
SEVERITY = Severity.ERROR
HINT = "find files relative to the code, and install what the layer held"

VALID = (
    "PATH = '/optional/x'\n",
    "from pathlib import Path\nHERE = Path(__file__).parent\n",
    "URL = 'https://x/opt/y'\n",
)
INVALID = (
    "import sys\nsys.path.insert(0, '/opt/python')\n",
    "FFMPEG = '/opt/bin/ffmpeg'\n",
    "CERTIFICATE = '/var/task/certs/ca.pem'\n",
    "def model(name):\n    return f'/opt/ml/{name}'\n",
)
KNOWN_MISSES = ("import os\nPATH = os.path.join(os.sep, 'opt', 'bin')\n",)
PATH = re.compile(r"^(?:file://)?(/opt|/var/task|/var/runtime|/var/lang)(?:/|$|:)")


def check(module: Module) -> Iterator[Fact]:
    """Report strings that begin with one of the folders."""
    for node, _, found in matching_strings(module, PATH, b"/opt", b"/var/"):
        yield module.fact(node, f"`{found[1]}` is part of the Lambda file system only")
