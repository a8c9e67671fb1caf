"""What a handover says to the owners of each tool, beside the code: where it goes, and what bites them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from lambda_migrate.handover import cdk, hcl, templates
from lambda_migrate.handover.naming import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.handover.model import Flip, Owner
    from lambda_migrate.handover.patch import Patched, Stage

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


def text(owner: Owner, things: Sequence[Flip], alias: str, files: Mapping[str, str], patched: Patched) -> str:
    """Return what an owner has to change, as Markdown.

    Args:
        owner: Whose code it is.
        things: The flips.
        alias: The traffic alias' name.
        files: The owner's files: path → text.
        patched: The changes to them.
    """
    stack = f", stack `{owner.stack}`" if owner.stack else ""
    lines = [f"## {owner.tool}{stack}", "", *(f"- {each}" for each in owner.evidence), ""]
    lines += [*(f"{number}. {note}" for number, note in enumerate(NOTES[owner.tool], start=1)), ""]
    for number, stage in enumerate(patched.stages, start=1):
        lines += [f"### {owner.tool} {number}: {stage.what}", "", *_fenced("diff", _diff(stage))]
        lines += _imports(stage.imports)
    settled = patched.done | patched.kept
    left = [each for each in things if each.name not in settled and each.goes_with not in settled]
    lines += _listed("In the code already:", [each.what for each in things if each.name in patched.kept])
    if left and patched.stages:
        lines += ["### Not changed by a patch", ""]
    reasons = dict.fromkeys(patched.reasons[each.name] for each in left if each.name in patched.reasons)
    lines += _listed("Why these are snippets and no patch:", list(reasons))
    lines += ["Put them in by hand, or change what is named above and run `handover` again.", ""] if reasons else []
    lines += _snippets(owner.tool, left, name_of(alias, "alias"), cdk.language(files))
    by_hand = [each.what for each in left if each.terraform is None and each.cloudformation is None]
    return "\n".join([*lines, *_listed("To be written by hand:", by_hand)])


def _snippets(tool: str, things: Sequence[Flip], name: str, spoken: str) -> list[str]:
    lines: list[str] = []
    if tool in ("terraform", "pulumi"):
        lines += _fenced("hcl", hcl.snippet(things, name))
    elif tool in STACKS:
        lines += _fenced(spoken, cdk.snippet(things, name, spoken)) if tool == "cdk" and things else []
        lines += _fenced("yaml", templates.snippet(things, templates.logical_id(name)).rstrip())
        lines += _imports(templates.imports(things))
    return lines


def _diff(stage: Stage) -> str:
    return "".join(each.diff() for each in stage.patches).rstrip("\n")


def _imports(listed: Sequence[Mapping[str, object]]) -> list[str]:
    return ["Import list:", "", *_fenced("json", json.dumps(listed, indent=2))] if listed else []


def _listed(title: str, items: Sequence[str]) -> list[str]:
    return [title, "", *(f"- {each}" for each in items), ""] if items else []


def _fenced(language: str, content: str) -> list[str]:
    """Return a block of code, whatever backticks are in it; nothing for nothing."""
    fence = "`" * max(3, max(map(len, re.findall("`+", content)), default=0) + 1)
    return [f"{fence}{language}", content, fence, ""] if content else []
