"""What AWS refuses, with the code that it gives."""

from __future__ import annotations


class NotModelledError(Exception):
    """The program asks AWS for something that the simulation does not know; the test is at fault, not the program."""


class Refused(Exception):
    """A call that AWS does not carry out.

    Args:
        code: As AWS has it, ``ResourceNotFoundException``.
        message: What it says beside it.
        status: HTTP's.
    """

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


def missing(what: str) -> Refused:
    """Return that something is not there."""
    return Refused("ResourceNotFoundException", f"{what} does not exist", 404)


def conflict(what: str) -> Refused:
    """Return that something is there, or is being worked on."""
    return Refused("ResourceConflictException", what, 409)


def stale(what: str) -> Refused:
    """Return that a condition does not hold."""
    return Refused("PreconditionFailedException", f"the RevisionId of {what} is another one by now", 412)
