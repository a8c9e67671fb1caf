"""What the analyzer says: facts read from one module, findings told to the user, and what was accepted."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

CONFIGURATION = "migration.yaml"


class Severity(StrEnum):
    """How much a finding matters: an error blocks the cutover, a warning asks for a look, an info is to be known."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Fact:
    """One observation a rule made in one module.

    A fact whose `kind` is `finding` is reported as it is; every other kind is joined by the `conclude` of its rule.

    Attributes:
        path: file, relative to the analysed folder, with forward slashes.
        line: first line, from 1.
        column: first character, from 1.
        end_line: last line of the expression, where a suppression comment may stand too.
        text: the source line, cut after 300 characters.
        message: what is reported, without a final period.
        kind: `finding`, or a word of the rule's own.
        value: what the rule joins facts by.
        severity: how much it matters where that is not what its rule says.
        hint: what to do where that is not what its rule says; empty for the rule's own.
    """

    path: str
    line: int
    column: int
    end_line: int
    text: str
    message: str = ""
    kind: str = "finding"
    value: str = ""
    severity: Severity | None = None
    hint: str = ""

    def saying(self, message: str, *, severity: Severity | None = None, hint: str = "") -> Fact:
        """Return this fact as a finding with another message, and with a severity and a hint of its own if given."""
        return replace(self, message=message, kind="finding", severity=severity, hint=hint)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that behaves differently off Lambda, where it is and what to do about it."""

    code: str
    name: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    text: str
    hint: str

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a JSON-able object."""
        return {**asdict(self), "severity": self.severity.value}


@dataclass(frozen=True, slots=True)
class AcceptedRule:
    """An entry of `accept:` in `migration.yaml`: findings of one rule that the user has decided to live with.

    Attributes:
        rule: code or name of the rule, such as `LM101` or `gateway-event`.
        reason: why; it is shown in every report.
        path: a file, a folder or a pattern with `*` (which passes `/` too); everywhere when it is None.
    """

    rule: str
    reason: str
    path: str | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            msg = f"the acceptance of `{self.rule}` has no reason"
            raise ValueError(msg)

    def covers(self, finding: Finding) -> bool:
        """Return whether this entry accepts the finding."""
        if self.rule.lower() not in {finding.code.lower(), finding.name}:
            return False
        if self.path is None:
            return True
        path = self.path.removeprefix("./").rstrip("/")
        if finding.path == path or finding.path.startswith(f"{path}/"):
            return True
        return any(fnmatchcase(finding.path, pattern) for pattern in (path, path.replace("**/", "")))


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that blocks nothing because somebody said why it need not."""

    finding: Finding
    reason: str
    by: str

    def to_json(self) -> dict[str, Any]:
        """Return the accepted finding with its reason and where that reason is written."""
        return {**self.finding.to_json(), "reason": self.reason, "accepted_by": self.by}
