"""Whether the owner's next deployment keeps the flips: read from a plan of Terraform or a change set; nothing runs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_migrate.declarations.model import mapping, sequence
from lambda_migrate.errors import ConfigError
from lambda_migrate.handover import check_change_set, check_plan, check_plan_log
from lambda_migrate.handover.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.handover.model import Flip

HINT = "write one with `terraform show -json PLAN` or `aws cloudformation describe-change-set`"


def read(content: bytes) -> Any:
    """Return the document that a file holds: JSON, or the lines that ``terraform plan -json`` prints.

    Raises:
        ValueError: It is neither.
    """
    text = content.decode(json.detect_encoding(content))  # PowerShell writes UTF-16
    try:
        document = json.loads(text)
        return [document] if "@level" in mapping(document) else document
    except ValueError:
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        if not all(isinstance(each, dict) and "@level" in each for each in lines):
            raise
        return lines


def check(document: Any, things: Sequence[Flip]) -> tuple[Finding, ...]:
    """Return what a deployment would do to each flip.

    Args:
        document: The JSON of ``terraform show -json PLAN``, or of ``aws cloudformation describe-change-set``; or the
            lines of ``terraform plan -json``.
        things: The flips.

    Raises:
        ConfigError: It is none of them.
    """
    given = mapping(document)
    if isinstance(given.get("resource_changes"), list):
        known = [each for each in things if each.terraform]
        told = check_plan.findings(given, known)
    elif isinstance(given.get("Changes"), list):
        if given.get("NextToken"):
            raise ConfigError("the change set has more pages than this one", hint="describe it without `--no-paginate`")
        known = [each for each in things if each.cloudformation]
        told = check_change_set.findings(given, known)
    elif sequence(document) and all("@level" in mapping(each) for each in sequence(document)):
        known = [each for each in things if each.terraform]
        told = check_plan_log.findings([mapping(each) for each in sequence(document)], known)
    elif "format_version" in given and "planned_values" in given:  # a plan without changes may leave them out
        known = [each for each in things if each.terraform]
        told = check_plan.findings({**given, "resource_changes": []}, known)
    else:
        raise ConfigError("neither a Terraform plan nor a change set", hint=HINT)
    names = {each.name for each in known}
    rest = [each for each in things if each.name not in names and not each.made and not _settled(each, names)]
    return (*told, *(replace(_UNKNOWN, flip=each.what) for each in rest))


def _settled(flip: Flip, known: set[str]) -> bool:
    return bool(flip.goes_with) and flip.goes_with in known


_UNKNOWN = Finding("", "unknown", "this check does not cover its type: look for it in the plan yourself")
