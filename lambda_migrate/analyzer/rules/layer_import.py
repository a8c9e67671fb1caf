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
    Sample({"main.py": "import bcrypt\n", "requirements.txt": "passlib[bcrypt]==1.7.4\n"}),
    Sample(
        {
            "main.py": "import mangum\n",
            "pyproject.toml": "[project]\nname = 'x'\n[project.optional-dependencies]\nlambda = ['mangum']\n",
        }
    ),
    Sample(
        {
            "main.py": "import jose\nimport yaml\n",
            "setup.py": "import setuptools\nBASE = ['python-jose']\nlines = open('base.txt').read().splitlines()\n"
            "setuptools.setup(name='x', install_requires=BASE + lines)\n",
            "base.txt": "pyyaml\n",
        }
    ),
)
INVALID = (
    Sample({"main.py": "import pandas\n", "requirements.txt": "fastapi\n"}),
    # A warning: it may come with the other package.
    Sample({"main.py": "import jwt\n", "requirements.txt": "notifications-python-client\n"}),
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
# What every service has, so that code for laptops which imports it keeps working.
OF_THE_SERVICE = frozenset({"uvicorn"})
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
        if fact.value in project.vendored or fact.value in OF_THE_SERVICE or project.is_local(fact.value, fact.path):
            continue
        if project.requirements is not None and project.requirements.provides(fact.value):
            continue
        yield _reported(fact, project)


def _reported(fact: Fact, project: Project) -> Fact:
    layer = project.layers.get(fact.value)
    beside = project.paths.beside(fact.value, fact.path)
    if layer:
        return fact.saying(f"`{fact.value}` comes from layer `{layer}`")
    if beside:
        said = f"`{fact.value}` is in `{beside}`, and imports do not begin there"
        return fact.saying(said, hint=f"name `{beside}` as the folder of the source, if Lambda imports from there")
    unsure = project.requirements.unsure if project.requirements is not None else ()
    if unsure:
        named = f"`{unsure[0]}`" if len(unsure) == 1 else f"one of {len(unsure)}: `{'`, `'.join(unsure[:3])}`"
        said = f"`{fact.value}` is not declared itself; it may come with another package ({named})"
        return fact.saying(said, severity=Severity.WARN, hint="declare it, so that it stays when that package changes")
    return fact.saying(f"`{fact.value}` is neither in the folder nor declared: is it in a layer?")
