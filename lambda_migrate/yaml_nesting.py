"""Refuses YAML that is nested deeper than anything we read: PyYAML follows it by recursion, and libyaml crashes."""

from __future__ import annotations

from typing import Any

import yaml

DEEPEST = 100

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BEGINS = (yaml.events.MappingStartEvent, yaml.events.SequenceStartEvent)
_ENDS = (yaml.events.MappingEndEvent, yaml.events.SequenceEndEvent)


def require_shallow(text: str | bytes) -> None:
    """Refuse what is nested too deep.

    Raises:
        YAMLError: It is, or is not valid YAML up to there; with the line.
    """
    if not _may_be_deep(text.encode("utf-8", "replace") if isinstance(text, str) else text):
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, _BEGINS) - isinstance(event, _ENDS)
        if depth > DEEPEST:
            problem = f"it is nested deeper than {DEEPEST} levels"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]  # libyaml has marks of its own


def _may_be_deep(text: bytes) -> bool:
    """Return whether it may be: what opens in brackets and by indentation is counted, wherever it stands."""
    if text.count(b"[") + text.count(b"{") > DEEPEST:
        return True
    if text.count(b"- ") + text.count(b"? ") + text.count(b":\n") + text.count(b"-\n") <= DEEPEST:
        return False
    widest = max(len(line) - len(line.lstrip(b" -?")) for line in text.split(b"\n"))
    return widest > DEEPEST
