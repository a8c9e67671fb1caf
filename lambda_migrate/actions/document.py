"""What the actions share that change something of ours inside a document which AWS replaces as a whole.

A bucket's notifications, a schedule, a user pool: whoever writes one part has to send all the others too, and what is
left out is gone. Most of these writes take no condition, so that the document is read right before it is written.
"""

from __future__ import annotations

from abc import abstractmethod
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed, Replace, conflict
from lambda_migrate.errors import Drifted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

TOLD = 3
"""Members that an error names at most."""

Path = tuple[str | int, ...]
"""Where something stands in a document: names of members and places in lists."""


@dataclass(frozen=True)
class PointInDocument(Replace):
    """Put one side in the place of the other inside a document; everything else goes back as it was read.

    A kind says how the document is read and written, and what of it is ours. What is ours is found by what identifies
    it in there, an id or a name, never by the function that it names: two entries may name the same one.

    Attributes:
        name: What a person calls the document's owner: the bucket, the schedule.
        before: What stands in our places, JSON-able; an ARN where there is one place.
        after: The other side.
        set_by_aws: Members at the top that AWS changes with every write: a date, a revision.
    """

    set_by_aws: ClassVar[frozenset[str]] = frozenset()

    name: str
    before: Any
    after: Any

    @abstractmethod
    def read(self, aws: Aws) -> Document | None:
        """Return the whole document, None only where AWS says that it does not exist."""

    @abstractmethod
    def ours(self, document: Document) -> Any:
        """Return what stands in our places, as a side has it; None where they are gone."""

    @abstractmethod
    def merged(self, document: Document, side: Any) -> Document:
        """Return the document with a side in our places and everything else as it is; see :func:`put`."""

    @abstractmethod
    def send(self, aws: Aws, document: Document) -> None:
        """Write a document that was read and merged, on condition of its version where AWS takes one."""

    def moving(self, document: Document) -> bool:  # noqa: ARG002  # most documents are at rest at once
        """Return whether AWS is still at work on it."""
        return False

    def observe(self, aws: Aws) -> Observed:
        """Return which side stands in all our places; where one of them shows another, or is gone, it is drift."""
        document = self.read(aws)
        if document is None:
            return Observed.DRIFT
        if self.moving(document):
            return Observed.MOVING
        ours = self.ours(document)
        if ours == self.after:
            return Observed.AFTER
        return Observed.BEFORE if ours == self.before else Observed.DRIFT

    def write(self, aws: Aws, side: Any) -> None:
        """Read the document, merge a side into it, write the whole, and look whether anything else has changed.

        Raises:
            PreconditionFailed: It is not the other side that stands there; nothing was written.
            Drifted: What is not ours is not as it was sent.
        """
        current = self.read(aws)
        other = self.after if side == self.before else self.before
        if current is None or self.ours(current) != other:
            raise conflict(self.describe())
        wanted = self.merged(current, side)
        self.send(aws, wanted)
        self._require_nothing_else(self.read(aws), wanted, side)

    def _require_nothing_else(self, shown: Document | None, wanted: Document, side: Any) -> None:
        """Refuse to go on where what AWS shows differs in more than ours; what it does not show yet is waited for.

        Raises:
            Drifted: It does.
        """
        if shown is None or self.moving(shown) or self.ours(shown) != side:
            return
        sent, stands = ({name: one[name] for name in one.keys() - self.set_by_aws} for one in (wanted, shown))
        others = list(differences(sent, stands))
        if others:
            told = ", ".join(f"`{each}`" for each in others[:TOLD]) + (", …" if len(others) > TOLD else "")
            raise Drifted(
                f"{self.describe()}: written, but {told} is not as it was read right before",
                hint="somebody else wrote at the same moment, or AWS changed it; look at it, then run the same again",
            )

    def needless(self, aws: Aws) -> str:
        """Return why the way back passes it by: what is gone invokes nothing, and was not taken away by us."""
        document = self.read(aws)
        if document is None:
            return f"{self.name} is gone, so it invokes nothing"
        return "" if self.ours(document) is not None else f"{self.name} names the function no more"

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        document = self.read(aws)
        if document is None:
            return f"{self.name} is gone"
        ours = self.ours(document)
        return f"{self.name} names the function no more" if ours is None else str(ours)


@dataclass(frozen=True)
class PointWhereNamed(PointInDocument):
    """The same in a document whose entries have no id: what names one of the two sides is ours, wherever it stands.

    Attributes:
        before: An ARN.
        after: As before.
    """

    @abstractmethod
    def places(self, document: Document) -> dict[Path, str]:
        """Return where one of the two sides stands, and which."""

    def ours(self, document: Document) -> Any:
        """Return the side that stands there; all that do, where that is more than one."""
        named = sorted(set(self.places(document).values()))
        return named[0] if len(named) == 1 else named or None

    def merged(self, document: Document, side: str) -> Document:
        """Return the document with a side in our places."""
        return put(document, dict.fromkeys(self.places(document), side))


def at(document: Any, path: Path) -> Any:
    """Return what stands at a path, None where nothing does."""
    for step in path:
        try:
            document = document[step] if isinstance(step, int) else document.get(step)
        except (IndexError, AttributeError):
            return None
    return document


def put(document: Document, values: dict[Path, Any]) -> Document:
    """Return a copy of a document with these values at these paths, all of which exist."""
    copy = deepcopy(document)
    for (*path, last), value in values.items():
        at(copy, tuple(path))[last] = value
    return copy


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Yield where two documents differ: ``Topics[0].Filter``. What says nothing is as good as what is not there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted(one.keys() | other.keys()):
            yield from differences(one.get(name), other.get(name), f"{path}.{name}" if path else name)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (each, its) in enumerate(zip(one, other, strict=True)):
            yield from differences(each, its, f"{path}[{place}]")
    elif one != other and not (_says_nothing(one) and _says_nothing(other)):
        yield path


def _says_nothing(value: Any) -> bool:
    """Return whether a value is as good as none; an empty structure may be a switch: ``EventBridgeConfiguration``."""
    return value is None or value in ("", [])
