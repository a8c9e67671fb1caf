"""What the team accepts, ``accept:`` of migration.yaml: gates by name, and findings of `analyze` by code."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from lambda_migrate.fields import Strict
from lambda_migrate.gates import pages, trigger
from lambda_migrate.triggers import TRIGGERS

if TYPE_CHECKING:
    from lambda_migrate.gates.gate import Gate

PHASES = {
    "service": "service deploy",
    "proxy": "proxy deploy",
    "cutover": "cutover",
    "direct": "cutover --direct",
    "retire": "retire",
    "rotate": "proxy rotate-key",
    "rotate-finish": "proxy rotate-key --finish",
}
"""What `phases:` of an acceptance takes, with the command that each is of, as gates name it."""

RETIRE = "retire"
"""The phase that destroys: what is accepted for it says so."""


class Acceptance(Strict):
    """A finding, trigger or gate that the team has looked at and accepts.

    One without `phases:` holds for every phase but `retire`: who lets a trigger stay on the function while traffic
    moves has not said that the function may go. A gate that `retire` alone asks needs no phases: it can mean no other.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    rule: str = Field(description="Code of the rule or name of the gate, for example LM101 or trigger:unknown.")
    reason: str = Field(min_length=3, description="Why it is all right; shown in every report.")
    path: str | None = Field(None, description="Only in this file or for this trigger.")
    phases: list[Literal["service", "proxy", "cutover", "direct", "retire", "rotate", "rotate-finish"]] | None = Field(
        None, min_length=1, description="Only in these phases; default: all but `retire`, which has to be named."
    )

    def covers(self, gate: str, subject: str) -> bool:
        """Return whether it is about a gate that is closed for a thing."""
        return self.rule == gate and self.path in (None, subject)

    def holds_in(self, phase: str) -> bool:
        """Return whether it holds in a phase."""
        if self.phases is not None:
            return phase in self.phases
        gate = pages.find(self.rule)
        return phase != RETIRE or (gate is not None and gate.asked == (PHASES[RETIRE],))

    @model_validator(mode="after")
    def _asked(self) -> Acceptance:
        """Refuse a phase in which the gate is not asked: it would be accepted where nobody sees it."""
        gate = pages.find(self.rule)
        if self.phases is not None and gate is None:
            raise refused(f"`{self.rule}` is a rule of `analyze`, which has no phases", "leave `phases:` out")
        for phase in self.phases or ():
            if gate is not None and PHASES[phase] not in gate.asked:
                known = ", ".join(name for name, command in PHASES.items() if command in gate.asked)
                raise refused(f"`{self.rule}` is not asked in phase `{phase}`", f"phases that ask it: {known}")
        return self

    @field_validator("rule")
    @classmethod
    def _known(cls, rule: str) -> str:
        gate = pages.find(rule)
        if gate is None:
            _require_rule(rule)
        elif not gate.acceptable:
            raise refused(f"`{rule}` cannot be accepted: {gate.acceptance.rstrip('.')}", pages.hint([f"{rule}: "]))
        elif gate.subject:
            _require_subject(gate, rule)
        return rule


def _require_subject(gate: Gate, rule: str) -> None:
    """Refuse a gate without what follows its name after a colon, and ``trigger:`` with a kind that no trigger has."""
    subject = rule.partition(":")[2].strip()
    if not subject:
        raise refused(f"`{rule}` needs a {gate.subject}", f"write it as the plan does, `{gate.written}`")
    if gate.name == trigger.NAME and subject not in TRIGGERS:
        near = difflib.get_close_matches(subject.lower(), TRIGGERS, n=1)
        hint = f"did you mean `{gate.name}:{near[0]}`?" if near else f"kinds: {', '.join(TRIGGERS)}"
        raise refused(f"`{rule}`: `{subject}` is not a kind of trigger", hint)


def _require_rule(name: str) -> None:
    """Refuse a name that is not a gate's, unless a rule of the analyzer has it."""
    from lambda_migrate.analyzer.rules import NAMES, RULES  # noqa: PLC0415  # 57 modules, and few files name a rule

    if name.lower() in NAMES:
        return
    near = pages.nearest(name, sorted(NAMES))
    hint = f"did you mean `{near}`?" if near else "`lambda-migrate explain` lists both"
    if re.fullmatch(r"LM\d*", name, re.IGNORECASE):
        hint = f"rules go from {RULES[0].code} to {RULES[-1].code}; `lambda-migrate explain` lists them"
    raise refused(f"`{name}` is neither a gate nor a rule", hint)


def refused(problem: str, hint: str) -> PydanticCustomError:
    """Return what pydantic makes an error of that has a hint of its own."""
    return PydanticCustomError("accept", "{problem}", {"problem": problem, "hint": hint})
