"""Waits until something shows: looks, pauses, and looks again, with pauses that double."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Looked = TypeVar("Looked")


class Waited(NamedTuple, Generic[Looked]):
    """What came of waiting.

    Attributes:
        last: What the last look showed.
        seconds: How long it took: the pauses, and the looks where those were counted.
        in_time: Whether it was what was waited for.
    """

    last: Looked
    seconds: float
    in_time: bool


def wait_until(
    look: Callable[[], Looked],
    done: Callable[[Looked], bool],
    *,
    sleep: Callable[[float], None],
    deadline: float | Callable[[Looked], float],
    first: float = 0.05,
    longest: float = 5.0,
    took: Callable[[Looked], float] = lambda _last: 0.0,
) -> Waited[Looked]:
    """Look until what shows is what is waited for, or the pauses add up to the deadline.

    Args:
        look: Looks once. What it raises ends the waiting.
        done: Whether what a look showed is what is waited for.
        sleep: Waits so many seconds.
        deadline: Seconds that the pauses may take together; a function of what shows, where that decides it.
        first: The first pause, in seconds; each one after it is twice as long.
        longest: The longest pause, in seconds.
        took: Seconds that a look took, where they count too.

    Returns:
        What the last look showed; there is always one.
    """
    waited, pause = 0.0, first
    while True:
        last = look()
        waited += took(last)
        if done(last):
            return Waited(last, waited, in_time=True)
        if waited >= (deadline(last) if callable(deadline) else deadline):
            return Waited(last, waited, in_time=False)
        sleep(pause)
        waited, pause = waited + pause, min(pause * 2, longest)
