"""The result of an analysis."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from lambda_migrate.analyzer.findings import Severity

if TYPE_CHECKING:
    from lambda_migrate.analyzer.adapters import Adapter
    from lambda_migrate.analyzer.findings import Accepted, AcceptedRule, Finding


@dataclass(frozen=True, slots=True)
class EventBranch:
    """One branch of a handler that deals with something other than an HTTP request.

    Attributes:
        path: file, relative.
        line: line of the test, from 1.
        function: name of the function that branches.
        test: the test as written.
        source: what it looks like: `sqs`, `sns`, `s3`, `dynamodb`, `kinesis`, `records`, `eventbridge`, `http` or
            `direct`.
    """

    path: str
    line: int
    function: str
    test: str
    source: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """What breaks off Lambda.

    Attributes:
        root: the analysed folder, as given.
        handler: the handler that was followed, None when every file was read.
        findings: what is to be dealt with, ordered by place; accepted findings are not among them.
        accepted: findings that are accepted, each with its reason.
        stale_acceptances: entries of `accept:` that accept nothing any more, and `allow` comments that allow nothing;
            these have the place of the comment, `file:line`, as their path.
        reached: files that the handler imports, or every file when the whole folder was read.
        unreached: files that it does not import, and which were therefore not read.
        whole_tree: why every file was read; empty when imports were followed.
        line_count: lines of the files that were read.
        adapters: adapters between Lambda and an application, all of them.
        event_branches: where the handler deals with events other than HTTP requests.
    """

    root: str
    handler: str | None
    findings: tuple[Finding, ...]
    accepted: tuple[Accepted, ...] = ()
    stale_acceptances: tuple[AcceptedRule, ...] = ()
    reached: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    whole_tree: str = ""
    line_count: int = 0
    adapters: tuple[Adapter, ...] = ()
    event_branches: tuple[EventBranch, ...] = ()

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """Error findings nobody has accepted: while there is one, `analyze` exits 3 and `cutover` refuses."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings by severity, and of accepted ones."""
        counted = Counter(finding.severity.value for finding in self.findings)
        return {**{severity.value: counted[severity.value] for severity in Severity}, "accepted": len(self.accepted)}

    @property
    def adapter(self) -> Adapter | None:
        """The adapter behind the handler: the one bound to its name, else the only one there is."""
        named = [adapter for adapter in self.adapters if adapter.handler == self.handler]
        if named:
            return named[0]
        return self.adapters[0] if len(self.adapters) == 1 else None

    def located(self, path: str) -> str:
        """Return a file's path as it is reached from where the analysed folder was named: `src/main.py` for `src`."""
        return str(PurePosixPath(Path(self.root).as_posix()) / path)

    def to_json(self) -> dict[str, Any]:
        """Return the analysis as a JSON-able object."""
        return {
            "root": self.root,
            "handler": self.handler,
            "blocking": len(self.blocking),
            "counts": self.counts,
            "files": len(self.reached),
            "lines": self.line_count,
            "findings": [finding.to_json() for finding in self.findings],
            "accepted": [accepted.to_json() for accepted in self.accepted],
            "stale_acceptances": [asdict(entry) for entry in self.stale_acceptances],
            "unreached": list(self.unreached),
            "whole_tree": self.whole_tree,
            "adapters": [adapter.to_json() for adapter in self.adapters],
            "event_branches": [asdict(branch) for branch in self.event_branches],
        }
