"""What every change to AWS is: data that holds both sides, and four verbs."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws


class Observed(Enum):
    """What AWS shows of an action when one looks.

    It is the idempotency check, the drift check, the wait, the crash recovery and the engine of ``status``.
    """

    BEFORE = "before"
    AFTER = "after"
    MOVING = "moving"
    DRIFT = "drift"


class Action(Protocol):
    """A change to AWS, captured when the plan is made, as a frozen dataclass of JSON-able fields.

    An action holds ``before`` and ``after`` (or what identifies them), because after the change AWS can no longer be
    asked what it used to be. Verbs:

    - ``describe()``: one line for a person, for example ``alias live: 41 → 42``.
    - ``observe(aws)``: where the world stands; reads only.
    - ``apply(aws)``: from BEFORE to AFTER; merges with foreign changes in the same document; never called elsewhere.
    - ``undo(aws)``: from AFTER to BEFORE. Never called where ``reversible`` is False.
    - ``found(aws)``: what is there now, as one line, shown next to before and after when it is drift.
    """

    kind: ClassVar[str]
    reversible: ClassVar[bool]
    symbol: ClassVar[str]

    def describe(self) -> str: ...

    def observe(self, aws: Aws) -> Observed: ...

    def apply(self, aws: Aws) -> None: ...

    def undo(self, aws: Aws) -> None: ...

    def current(self, aws: Aws) -> str: ...
