"""Finds code that takes the AWS region from its surroundings.

## Why it breaks
Lambda always sets `AWS_REGION`. An instance or a container does not: `boto3.client("sqs")` raises `NoRegionError` while
the module is imported, and `os.environ["AWS_REGION"]` raises `KeyError`. A default in the code silently picks a region.

## Instead
Set `AWS_REGION` (boto3 reads `AWS_DEFAULT_REGION` too) in the service's environment, or pass `region_name`.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import argument, keyword, settings_fields, strings_read, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM203"
SEVERITY = Severity.WARN
HINT = "set `AWS_REGION` in the service's environment, or pass `region_name`"

VALID = (
    "import boto3\nqueue = boto3.client('sqs', region_name='eu-west-1')\n",
    "import boto3\nqueue = boto3.client('sqs', 'eu-west-1')\n",
    "import boto3\nqueue = boto3.session.Session(region_name='eu-west-1').client('sqs')\n",
    "import boto3\nusers = boto3.client('iam')\n",
    "import boto3\nfrom botocore.config import Config\nsqs = boto3.client('sqs', config=Config(region_name='x'))\n",
    "import os\nos.environ.setdefault('AWS_REGION', 'eu-west-1')\n",
    "import httpx\nsession = httpx.Client()\n",
)
INVALID = (
    "import boto3\nqueue = boto3.client('sqs')\n",
    "from boto3 import resource\ntable = resource('dynamodb').Table('orders')\n",
    "import os\nREGION = os.environ['AWS_REGION']\n",
    "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    aws_region: str\n",
    "import os\nREGION = os.getenv('AWS_DEFAULT_REGION', 'us-east-1')\n",
    "import boto3\nsession = boto3.Session()\nqueue = session.client('sqs')\n",
)
KNOWN_MISSES = ("import boto3\nOPTIONS = {}\nqueue = boto3.client('sqs', **OPTIONS)\n",)
VARIABLE = re.compile(r"^AWS_(DEFAULT_)?REGION$")
GLOBAL_SERVICES = frozenset({"iam", "cloudfront", "route53", "organizations"})
MAKERS = re.compile(r"^(boto3\.(client|resource)|boto3\.(session\.)?Session\(\)\.(client|resource))$")


def check(module: Module) -> Iterator[Fact]:
    """Report reads of the variables, and clients that are told no region."""
    read = [(node, match[0]) for node, _, match in strings_read(module, VARIABLE, b"AWS_REGION", b"AWS_DEFAULT_REGION")]
    for node, name in (*read, *settings_fields(module, VARIABLE)):
        yield module.fact(node, f"nothing sets `{name}` on a service by itself")
    if not module.mentions(b"boto3"):
        return
    for call, scope in module.calls("client", "resource"):
        resolved = module.resolved(call, scope)
        if MAKERS.match(resolved) and not _told_region(module, call, scope) and not _session_told(module, call, scope):
            service = text_of(argument(call, 0, "service_name"))
            if service not in GLOBAL_SERVICES:
                yield module.fact(call, f"`{module.snippet(call)}` is told no region")


def _told_region(module: Module, call: ast.Call, scope: Scope) -> bool:
    if argument(call, 1, "region_name") is not None or any(item.arg is None for item in call.keywords):
        return True
    config = keyword(call, "config")
    values = module.values(config, scope) if config is not None else []
    return any(isinstance(value, ast.Call) and keyword(value, "region_name") is not None for value, _ in values)


def _session_told(module: Module, call: ast.Call, scope: Scope) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    for value, _ in module.values(call.func.value, scope):
        if isinstance(value, ast.Call):
            known = {item.arg for item in value.keywords}
            return bool(known & {"region_name", "profile_name", None})
    return False
