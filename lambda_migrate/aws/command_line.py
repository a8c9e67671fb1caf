"""A call of AWS as a person would type it: one command line of the AWS CLI, without what AWS calls sensitive.

The CLI names a service's commands and options after its operations and their members ("Command structure in the AWS
CLI" in its user guide); what is not a plain value is given as JSON.
"""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

from lambda_migrate.secret_detection import looks_secret

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

HIDDEN = "***"
"""What stands for a value that AWS's models mark as sensitive: secrets, values of environment variables. And for what
looks like one in a map whose names are somebody's own, which they do not mark: headers, stage variables."""

FILE = "fileb://FILE"
"""What stands for bytes: a package, a layer."""

_PUBLIC = re.compile(r"[{\[]|\$?(request|method|context|stageVariables|integration)\.")

_NAMES = {"s3": "s3api", "config": "configservice", "codedeploy": "deploy"}
"""How the CLI calls services that botocore calls otherwise."""


def command_line(aws: Aws, service: str, operation: str, parameters: dict[str, Any]) -> str:
    """Return a call as a command line of the AWS CLI.

    Args:
        aws: The session; nothing is called.
        service: As boto3 names it, ``lambda``.
        operation: In snake case, ``get_alias``.
        parameters: The operation's own.
    """
    from botocore import xform_name  # noqa: PLC0415  # boto3 is slow to import

    meta = aws.client(service).meta
    shape = meta.service_model.operation_model(meta.method_to_api_mapping[operation]).input_shape
    words = ["aws", _NAMES.get(service, service), operation.replace("_", "-")]
    for name, value in parameters.items():
        option = f"--{xform_name(name, '-')}"
        shown = _shown(value, shape.members.get(name) if shape else None)
        if shown == {"ZipFile": FILE}:  # Lambda's commands have an option of their own for a package
            option, shown = "--zip-file", FILE
        if isinstance(shown, bool):
            words.append(option if shown else option.replace("--", "--no-", 1))
        else:
            words += [option, shlex.quote(shown if isinstance(shown, str) else _as_json(shown))]
    return " ".join(words)


def _shown(value: Any, shape: Any) -> Any:
    """Return a value without what is sensitive in it."""
    if isinstance(value, bytes | bytearray) or hasattr(value, "read"):
        return FILE
    if shape is not None and shape.metadata.get("sensitive"):
        return HIDDEN
    if isinstance(value, dict):
        members = getattr(shape, "members", {})
        if getattr(shape, "type_name", "") == "map":
            value = {name: HIDDEN if _may_be_secret(name, each) else each for name, each in value.items()}
        return {name: _shown(each, members.get(name) or getattr(shape, "value", None)) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(each, getattr(shape, "member", None)) for each in value]
    return value


def _may_be_secret(name: Any, value: Any) -> bool:
    """Return whether an entry of a map may be a secret; a document, or a reference to the request, is none."""
    if not isinstance(value, str) or _PUBLIC.match(value):
        return False
    return looks_secret(re.sub(r"\W+", "_", str(name)), value)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
