"""What a handover says to the owners of each tool, beside the code: where it goes, and what bites them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lambda_migrate.handover import hcl, templates
from lambda_migrate.handover.flips import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.handover.model import Flip, Owner

STACKS = ("cloudformation", "sam", "cdk", "serverless", "chalice")

NOTES: dict[str, tuple[str, ...]] = {
    "terraform": (
        "The next apply undoes every flip that is not in the code: change the code before anybody applies.",
        "While traffic moves, the alias' version and weights belong to lambda-migrate: keep `ignore_changes`.",
        "The first plan after this imports, and changes nothing. `lambda-migrate handover --check` reads it.",
    ),
    "pulumi": (
        "The next `pulumi up` undoes every flip that is not in the program.",
        "Import what was made with `pulumi import`, by the ids below; the types are Terraform's.",
    ),
    "cloudformation": (
        "A stack touches a flipped resource only when its block in the template changes, and then undoes the flip.",
        "Import the alias with a change set of type IMPORT before the template names it; adding it would fail.",
    ),
    "sam": (
        "Do not use `AutoPublishAlias`: it cannot hold weights, and adding it removes other aliases of the stack.",
        "Write the alias as a resource of its own, import it, and point the events at it.",
    ),
    "cdk": (
        "Pass the alias in place of the function to every integration, event source and target; permissions follow.",
        "Import it with `cdk import` first. `cdk synth` has to produce the resources below.",
    ),
    "serverless": (
        "Events under `functions:` cannot name an alias: move those that were flipped to `resources:`, as below.",
        "Add the new permission before the event changes, and remove the old one afterwards.",
    ),
    "chalice": (
        "Chalice does not make aliases: write the resources below in `--merge-template`, and import the alias first.",
    ),
    "zappa": (
        "Zappa calls AWS itself: do not deploy with it while the migration runs; a deployment undoes the flips.",
    ),
}
"""By tool; the order is the order of doing."""


def text(owner: Owner, things: Sequence[Flip], alias: str) -> str:
    """Return what an owner has to change, as Markdown.

    Args:
        owner: Whose code it is.
        things: The flips.
        alias: The traffic alias' name.
    """
    stack = f", stack `{owner.stack}`" if owner.stack else ""
    lines = [f"## {owner.tool}{stack}", "", *(f"- {each}" for each in owner.evidence), ""]
    lines += [*(f"{number}. {note}" for number, note in enumerate(NOTES[owner.tool], start=1)), ""]
    if owner.tool in ("terraform", "pulumi"):
        lines += ["```hcl", hcl.snippet(things, name_of(alias, "alias")), "```", ""]
    elif owner.tool in STACKS:
        lines += [
            "```yaml",
            templates.snippet(things, templates.logical_id(name_of(alias, "alias"))).rstrip(),
            "```",
            "",
        ]
        listed = templates.imports(things)
        if listed:
            lines += ["Import list:", "", "```json", json.dumps(listed, indent=2), "```", ""]
    by_hand = [each.what for each in things if each.terraform is None and each.cloudformation is None]
    if by_hand:
        lines += ["To be written by hand:", "", *(f"- {what}" for what in by_hand), ""]
    return "\n".join(lines)
