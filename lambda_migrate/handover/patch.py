"""Changes to the owners' files as unified diffs, which ``git apply`` and ``patch -p1`` take.

https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

NOTHING = "/dev/null"
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_NO_END = "\\ No newline at end of file\n"


class Unfit(ValueError):
    """A file cannot be changed as planned: the text says why."""


@dataclass(frozen=True)
class Edit:
    """A piece of a text that another takes the place of.

    Attributes:
        start: Its first character.
        end: The one behind it.
        text: What stands there afterwards.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Patch:
    """One file, before and after.

    Attributes:
        path: Relative to the folder in which the patch is applied, with forward slashes.
        before: Its text, None for a file that does not exist.
        after: What it becomes.
    """

    path: str
    before: str | None
    after: str

    def diff(self) -> str:
        """Return the change as a unified diff."""
        tab = "\t" if " " in self.path else ""  # what git writes, so that the name ends where it ends
        old = NOTHING if self.before is None else f"a/{self.path}{tab}"
        lines = difflib.unified_diff(_lines(self.before or ""), _lines(self.after), old, f"b/{self.path}{tab}")
        return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in lines)


@dataclass(frozen=True)
class Stage:
    """What is deployed in one go.

    Attributes:
        what: What it does, in one line.
        patches: The files.
        imports: What an import change set of CloudFormation takes with it.
    """

    what: str
    patches: tuple[Patch, ...]
    imports: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Patched:
    """What the files of one owner become.

    Attributes:
        stages: What is to be deployed one after the other, each made on top of the one before.
        done: Names of the flips that the patches make permanent.
        kept: Names of those that the code says already.
        reasons: Why a flip is in no patch, by its name.
    """

    stages: tuple[Stage, ...] = ()
    done: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    reasons: Mapping[str, str] = field(default_factory=dict)


def nothing(names: Iterable[str], why: str) -> Patched:
    """Return that none of the flips can be patched, and why."""
    return Patched(reasons=dict.fromkeys(names, why))


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with its pieces replaced.

    Raises:
        Unfit: Two of the pieces overlap.
    """
    end = len(text)
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        if edit.end > end:
            raise Unfit("two changes meet in one place")
        text, end = text[: edit.start] + edit.text + text[edit.end :], edit.start
    return text


def line_end(text: str) -> str:
    """Return how a text ends its lines."""
    return "\r\n" if "\r\n" in text else "\n"


def misfits(diff: str, read: Callable[[str], str | None]) -> tuple[tuple[str, str], ...]:
    """Return each file that a unified diff changes, and why it does not apply there; "" where it applies.

    Args:
        diff: One or more files' changes.
        read: Returns the text of a file, None where it does not exist.

    Raises:
        Unfit: It is not a unified diff.
    """
    texts: dict[str, str | None] = {}
    told: dict[str, str] = {}
    for path, new, hunks in _files(_lines(diff)):
        if path not in texts:
            texts[path] = read(path)
        text = texts[path]
        if new != (text is None):
            told[path] = "exists already" if new else "does not exist"
            continue
        try:
            texts[path] = _applied(text or "", hunks)
            told.setdefault(path, "")
        except Unfit as error:
            told[path] = str(error)
    return tuple(told.items())


def _lines(text: str) -> list[str]:
    """Return the lines with their ends; only a line feed ends one, as for git."""
    return re.findall(r"[^\n]*\n|[^\n]+$", text)


def _files(lines: list[str]) -> Iterator[tuple[str, bool, list[tuple[int, list[str]]]]]:
    """Yield each file of a diff, whether it is new, and its hunks: the line at which one begins, and its lines."""
    at = count = 0
    while at + 1 < len(lines):
        if not (lines[at].startswith("--- ") and lines[at + 1].startswith("+++ ")):
            at += 1
            continue
        old, new = (re.sub(r"^[^/]*/", "", _name(lines[at + each]), count=1) for each in (0, 1))
        fresh = _name(lines[at]) == NOTHING
        at, hunks = _hunks(lines, at + 2)
        count += 1
        yield new if fresh else old, fresh, hunks
    if not count:
        raise Unfit("not a unified diff")


def _name(line: str) -> str:
    return line[4:].rstrip("\r\n").partition("\t")[0]


def _hunks(lines: list[str], at: int) -> tuple[int, list[tuple[int, list[str]]]]:
    """Read the hunks that begin at a line; how long each is says its head, whatever its lines look like."""
    hunks: list[tuple[int, list[str]]] = []
    while at < len(lines) and (match := _HUNK.match(lines[at])):
        left = {"-": int(match[2] or 1), "+": int(match[3] or 1)}
        hunk: list[str] = []
        at += 1
        while at < len(lines) and (any(left.values()) or lines[at] == _NO_END):
            if lines[at] == _NO_END and hunk:
                hunk[-1] = hunk[-1].removesuffix("\n")
            else:
                kind = lines[at][0] if lines[at][0] in left else " "
                hunk.append(lines[at] if lines[at][0] in " +-" else f" {lines[at]}")
                for side in kind if kind in left else "-+":
                    left[side] -= 1
            at += 1
        hunks.append((int(match[1]), hunk))
    return at, hunks


def _applied(text: str, hunks: list[tuple[int, list[str]]]) -> str:
    lines, moved = _lines(text), 0
    for begin, hunk in hunks:
        old = [line[1:] for line in hunk if line[0] in " -"]
        new = [line[1:] for line in hunk if line[0] in " +"]
        expected = max(begin - 1, 0) + moved
        places = [at for at in range(len(lines) - len(old) + 1) if lines[at : at + len(old)] == old]
        if not places:
            raise Unfit(f"line {begin} and those around it are not what they were")
        at = min(places, key=lambda each: abs(each - expected))
        lines[at : at + len(old)] = new
        moved += len(new) - len(old)
    return "".join(lines)
