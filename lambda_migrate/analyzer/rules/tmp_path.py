"""Finds paths below `/tmp`.

## Why it breaks
A Lambda process has `/tmp` to itself and one request at a time. On a service all requests of all workers share it, so a
fixed file name is one file that several requests write at once, and nothing empties it: it fills up in weeks.

## Instead
Use `tempfile.TemporaryDirectory()` or `NamedTemporaryFile()` per request; give caches a size limit.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import matching_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM401"
SEVERITY = Severity.WARN
HINT = "use `tempfile` per request, and clean up"

VALID = (
    "import tempfile\nwith tempfile.TemporaryDirectory() as folder:\n    pass\n",
    "PATH = '/var/tmpfiles'\n",
    "def f():\n    '''Writes /tmp/x.'''\n",
)
INVALID = (
    "def save(data):\n    open('/tmp/report.pdf', 'wb').write(data)\n",
    "def save(name):\n    return f'/tmp/{name}'\n",
    "URL = 'sqlite:////tmp/cache.db'\n",
    "import os\nFOLDER = os.path.join('/tmp', 'models')\n",
)
KNOWN_MISSES = ("import os\nFOLDER = os.sep + 'tmp'\n",)
PATH = re.compile(r"(?:^|[\s:=\"'/])/tmp(?:/|$)")
FIXED_FILE = re.compile(r"/tmp/[^{}%\s]+\.\w+$")  # noqa: S108  # looked for, not used


def check(module: Module) -> Iterator[Fact]:
    """Report such strings, and say when the name of the file is always the same."""
    parts = {id(part) for node, _ in module.of(ast.JoinedStr) for part in node.values}
    for node, _, _ in matching_strings(module, PATH, b"/tmp"):  # looked for, not used
        if FIXED_FILE.search(str(node.value)) and id(node) not in parts:
            yield module.fact(node, "all requests share this one file")
        else:
            yield module.fact(node, "all requests share `/tmp`, and nothing empties it")
