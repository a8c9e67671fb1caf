"""What the lines of ``terraform plan -json`` say about the flips: what changes, but not the new values.

"Machine-Readable UI" of Terraform's documentation: ``planned_change``, ``change_summary``, ``diagnostic``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.declarations.model import mapping
from lambda_migrate.handover import check_above
from lambda_migrate.handover.finding import Finding
from lambda_migrate.handover.states.resources import type_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.handover.model import Flip

_ABOVE = "above"
_UNTOUCHED = ("noop", "read", "forget", "move", "")


def findings(lines: Sequence[Mapping[str, object]], things: Sequence[Flip]) -> tuple[Finding, ...]:
    """Return what is known of each flip: kept where nothing of its type is changed, else unknown.

    Args:
        lines: The messages, in their order.
        things: The flips, each with its words for Terraform.
    """
    planned: dict[str, list[str]] = {}
    for change in (mapping(each.get("change")) for each in lines if each.get("type") == "planned_change"):
        resource, action = mapping(change.get("resource")), str(change.get("action", ""))
        if action not in _UNTOUCHED:
            planned.setdefault(type_of(resource.get("resource_type")), []).append(str(resource.get("addr")))
        if check_above.in_log(str(resource.get("resource_type")), action):
            planned.setdefault(_ABOVE, []).append(f"{resource.get('addr')} is changed or made again")
    whole = any(each.get("type") == "change_summary" for each in lines)
    failed = any(each.get("type") == "diagnostic" and each.get("@level") == "error" for each in lines)
    return tuple(_of(each, planned, whole=whole and not failed) for each in things)


def _of(flip: Flip, planned: Mapping[str, Sequence[str]], *, whole: bool) -> Finding:
    kind = flip.terraform.type if flip.terraform else ""
    if not whole:
        return Finding(flip.what, "unknown", "the plan ended before its summary, or with an error")
    above = ", ".join(planned.get(_ABOVE, ()))
    if above:
        return Finding(flip.what, "unknown", f"{above}: whether flips go with it, `terraform show -json PLAN` tells")
    if kind in planned:
        said = f"{', '.join(planned[kind])} is changed, but these lines do not show the new values"
        return Finding(flip.what, "unknown", f"{said}: check `terraform show -json PLAN`")
    return Finding(flip.what, "keeps", f"no {kind} is changed")
