"""What well-known layers contain, by the ARNs in a project's templates; nothing is downloaded.

https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/
https://aws-sdk-pandas.readthedocs.io/en/stable/layers.html
https://github.com/keithrozario/Klayers
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.known_distributions import IMPORTED_AS
from lambda_migrate.scaffold.declared.requirement import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_migrate.scaffold.declared.requirement import Requirement

LAYER = "layer "
"""Prefix of a group that stands for what a layer contains."""
KNOWN = (
    (re.compile(r"AWSLambdaPowertoolsPython[\w*-]*"), "aws-lambda-powertools[all]", ("aws_lambda_powertools",)),
    (re.compile(r"AWSSDKPandas-Python[\w*-]*"), "awswrangler", ("awswrangler", "pandas", "numpy", "pyarrow")),
    (re.compile(r"Datadog-Python[\w*-]*"), "datadog-lambda", ("datadog_lambda", "ddtrace")),
    (re.compile(r"SentryPythonServerlessSDK[\w*-]*"), "sentry-sdk", ("sentry_sdk",)),
    (re.compile(r"NewRelicPython[\w*-]*"), "newrelic", ("newrelic",)),
)
_NAME = re.compile(r":layer:([^:]+)")
"""The layer's name; region and account of an ARN in a template may be `${AWS::Region}`, with colons of their own."""

_ONE_PACKAGE = re.compile(r"Klayers-p\d+-(?P<package>[\w.-]+)")


def groups(arns: Iterable[str]) -> dict[str, tuple[Requirement, ...]]:
    """Return what each known layer brings, as an optional group: it is installed where the code imports it."""
    parsed = ((name, parse(line)) for name, line, _ in _known(arns))
    return {f"{LAYER}{name}": (requirement,) for name, requirement in parsed if requirement is not None}


def imports(arns: Iterable[str]) -> frozenset[str]:
    """Return the names that are imported from known layers."""
    return frozenset(name for _, _, names in _known(arns) for name in names)


def _known(arns: Iterable[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for arn in arns:
        match = _NAME.search(arn)
        name = match[1] if match else ""
        for pattern, line, names in KNOWN:
            if pattern.fullmatch(name):
                yield name, line, names
        if one := _ONE_PACKAGE.fullmatch(name):
            package = one["package"]
            plain = package.lower().removeprefix("python-").replace("-", "_")
            yield name, package, (plain, *IMPORTED_AS.get(package.lower(), ()))
