"""What a rule is: a module with a code, a severity, a hint, examples, a `check` and perhaps a `conclude`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Finding, Severity

if TYPE_CHECKING:
    from types import ModuleType

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

Check = Callable[["Module"], Iterator[Fact]]
Conclude = Callable[[Sequence[Fact], "Project"], Iterator[Fact]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A small project as an example: file name to text, and the handler it is configured with."""

    files: Mapping[str, str]
    handler: str | None = None


Example = str | Sample


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of Lambda-ism.

    Attributes:
        code: stable code, such as `LM101`.
        name: what it finds, read after "allow"; the name of the rule's file.
        severity: how much its findings matter.
        hint: one line, what to do.
        documentation: what it finds, why it breaks off Lambda, what to do instead; Markdown.
        valid: examples without a finding.
        invalid: examples with a finding.
        known_misses: examples that should be found and are not.
        check: reads facts from one module.
        conclude: turns the facts of all modules into findings.
    """

    code: str
    name: str
    severity: Severity
    hint: str
    documentation: str
    valid: tuple[Example, ...]
    invalid: tuple[Example, ...]
    known_misses: tuple[Example, ...]
    check: Check
    conclude: Conclude

    @classmethod
    def of(cls, module: ModuleType) -> Rule:
        """Read a rule from its module, whose file name is the rule's name."""
        return cls(
            code=module.CODE,
            name=module.__name__.rpartition(".")[2].replace("_", "-"),
            severity=module.SEVERITY,
            hint=module.HINT,
            documentation=module.__doc__ or "",
            valid=module.VALID,
            invalid=module.INVALID,
            known_misses=module.KNOWN_MISSES,
            check=module.check,
            conclude=getattr(module, "conclude", findings_only),
        )

    def finding(self, fact: Fact) -> Finding:
        """Return what this rule tells the user about a fact."""
        return Finding(
            code=self.code,
            name=self.name,
            severity=fact.severity or self.severity,
            path=fact.path,
            line=fact.line,
            column=fact.column,
            message=fact.message,
            text=fact.text,
            hint=fact.hint or self.hint,
        )


def once_each(facts: Sequence[Fact]) -> Iterator[Fact]:
    """Return the first fact of each value: what is missing once for the whole project is reported once."""
    seen: set[str] = set()
    for fact in facts:
        if fact.value not in seen:
            seen.add(fact.value)
            yield fact


def findings_only(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:  # noqa: ARG001  # the shape of every conclude
    """Conclude from facts that need no joining: those that are findings by themselves."""
    return (fact for fact in facts if fact.kind == "finding")
