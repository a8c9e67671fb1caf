"""Finds imports that neither the folder, nor the requirements, nor the standard library provide.

## Why it breaks
On Lambda the package comes from a layer (or the function has never run that line). A service has no layers, so the
import ends with `ModuleNotFoundError`.

## Instead
Declare the package in the requirements, in the layer's version. Copy a layer's own modules into the repository.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.rule import Sample, once_each
from lambda_migrate.analyzer.rules.runtime_provided_import import DISTRIBUTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM802"
SEVERITY = Severity.ERROR
HINT = "declare it in the requirements, in the layer's version, or copy the layer's own code"

VALID = (
    Sample(
        {"main.py": "import fastapi\nimport starlette.routing\nimport yaml\n", "requirements.txt": "fastapi\nPyYAML\n"}
    ),
    Sample({"main.py": "import json\nimport app.web\nfrom . import other\n", "app/web.py": "", "other.py": ""}),
    Sample({"main.py": "try:\n    import uvloop\nexcept ImportError:\n    uvloop = None\n", "requirements.txt": ""}),
    Sample(
        {
            "main.py": "try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib\n",
            "requirements.txt": "",
        }
    ),
    Sample({"main.py": "import sys\nif sys.version_info < (3, 11):\n    import tomli\n", "requirements.txt": ""}),
    Sample(
        {
            "main.py": "from contextlib import suppress\nwith suppress(ImportError):\n    import uvloop\n",
            "requirements.txt": "",
        }
    ),
    Sample(
        {
            "main.py": "import jinja2\nimport pythonjsonlogger\n",
            "requirements.txt": "fastapi[all]\npython-json-logger\n",
        }
    ),
    Sample({"main.py": "import jose\nimport PIL\n", "Pipfile": "[packages]\npython-jose = '*'\nPillow = '*'\n"}),
    Sample({"main.py": "import jwt\n", "jwt/__init__.py": "", "pyjwt-2.dist-info/RECORD": "jwt/__init__.py,,\n"}),
    Sample({"main.py": "import boto3\n", "requirements.txt": ""}),
)
INVALID = (
    Sample({"main.py": "import pandas\n", "requirements.txt": "fastapi\n"}),
    Sample({"main.py": "from shared_layer.auth import check\n", "requirements.txt": "fastapi\n"}),
    "try:\n    import shared_layer\nexcept ImportError as error:\n    raise RuntimeError('no layer') from error\n",
    "import numpy\n",
)
KNOWN_MISSES = (
    # The name is a part of a declared distribution's name.
    Sample({"main.py": "import rest\n", "requirements.txt": "restricted\n"}),
    # Neither of two alternatives is there.
    Sample({"main.py": "try:\n    import fast\nexcept ImportError:\n    import slow\n", "requirements.txt": ""}),
)
# In the standard library of Python 3.9 or 3.10, which functions still run on, and no longer in all later ones.
FORMER_STANDARD_LIBRARY = frozenset(
    {
        "_bootlocale", "aifc", "asynchat", "asyncore", "audioop", "binhex", "cgi", "cgitb", "chunk", "crypt",
        "distutils", "formatter", "imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis",
        "nntplib", "ossaudiodev", "parser",
        "pipes", "smtpd", "sndhdr", "spwd", "sunau", "symbol", "telnetlib", "uu", "xdrlib",
    }
)  # fmt: skip
STANDARD = sys.stdlib_module_names | FORMER_STANDARD_LIBRARY | {"__main__", "annotationlib", "compression"}


def check(module: Module) -> Iterator[Fact]:
    """Note the imports of other packages that must succeed, each package once."""
    seen: set[str] = set()
    for statement in module.imports:
        name = statement.module.partition(".")[0]
        if name and name not in seen and name not in STANDARD and name not in DISTRIBUTIONS and not statement.guarded:
            seen.add(name)
            yield module.fact(statement.node, kind="import", value=name)


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report those that nothing provides."""
    for fact in once_each(facts):
        if fact.value in project.vendored or project.is_local(fact.value, fact.path):
            continue
        if project.requirements is not None and project.requirements.provides(fact.value):
            continue
        layer = project.layers.get(fact.value)
        source = f"comes from layer `{layer}`" if layer else "is neither in the folder nor declared: is it in a layer?"
        yield fact.saying(f"`{fact.value}` {source}")
