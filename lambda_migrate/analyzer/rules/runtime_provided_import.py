"""Finds imports of packages that Lambda's runtime brings along and nothing declares.

## Why it breaks
The Python runtimes contain boto3, botocore, s3transfer, jmespath, dateutil, urllib3 and six. Code imports them without
declaring them, and a service that installs only what is declared ends with `ModuleNotFoundError` when it starts.

## Instead
Declare the package, in the version the function has been using. `boto3` brings the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.rule import Sample, once_each

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM801"
SEVERITY = Severity.ERROR
HINT = "declare it, in the version that the function has been using"

VALID = (
    Sample({"main.py": "import boto3\nimport botocore.exceptions\n", "requirements.txt": "boto3==1.40.0\n"}),
    Sample({"main.py": "from dateutil import parser\n", "requirements.txt": "python-dateutil\n"}),
    Sample({"main.py": "import six\n", "six.py": ""}),
    "try:\n    import boto3\nexcept ImportError:\n    boto3 = None\n",
    Sample({"main.py": "import boto3\n", "pyproject.toml": "[project]\nname = 'x'\ndependencies = ['boto3>=1']\n"}),
)
INVALID = (
    Sample({"main.py": "import boto3\n", "requirements.txt": "fastapi\nmangum\n"}),
    Sample({"main.py": "def f():\n    from botocore.config import Config\n", "requirements.txt": "boto3-stubs\n"}),
    Sample({"main.py": "import six\n", "requirements-dev.txt": "six\n", "requirements.txt": ""}),
    "import urllib3\n",
)
KNOWN_MISSES = (
    # Declared, but in a version that the code does not work with.
    Sample({"main.py": "import boto3\n", "requirements.txt": "boto3==1.0.0\n"}),
)
DISTRIBUTIONS = {
    "awslambdaric": "awslambdaric",
    "boto3": "boto3",
    "botocore": "botocore",
    "dateutil": "python-dateutil",
    "jmespath": "jmespath",
    "s3transfer": "s3transfer",
    "six": "six",
    "snapshot_restore_py": "snapshot-restore-py",
    "urllib3": "urllib3",
}


def check(module: Module) -> Iterator[Fact]:
    """Note the imports of such packages that must succeed."""
    for statement in module.imports:
        name = statement.module.partition(".")[0]
        if name in DISTRIBUTIONS and not statement.guarded:
            yield module.fact(statement.node, kind="import", value=name)


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report those that neither a requirement nor the folder provides."""
    for fact in once_each(facts):
        distribution = DISTRIBUTIONS[fact.value]
        declared = project.requirements is not None and project.requirements.declares(distribution)
        if not declared and fact.value not in project.vendored and not project.is_local(fact.value, fact.path):
            yield fact.saying(f"`{fact.value}` comes with Lambda's runtime, and nothing declares `{distribution}`")
