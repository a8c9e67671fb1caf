"""One run at a time on all machines: the description of the alias `lambda-migrate` says who works on the function.

Making the alias is atomic, changing it is conditioned on its revision, so of two runs one gets it. It is renewed while
a run lasts, and may be taken over once it has expired, or its process is known to be gone. When a run ends it leaves
the number and hash of the ledger's last record there, so that a ledger that lacks records is noticed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.engine.lock import Holder
from lambda_migrate.engine.tail import Tail
from lambda_migrate.errors import (
    AlreadyThere,
    Drifted,
    Locked,
    NoAnswer,
    NoCredentials,
    NotAllowed,
    NotFound,
    PreconditionFailed,
)
from lambda_migrate.function.documents import LATEST, PIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

LASTS = 900.0
"""Seconds after which a lock that nobody renews may be taken over: longer than any single change that we wait for."""

LOOKS = 20.0
"""Seconds between two looks whether the lock is still ours."""

RENEWED = 300.0
"""Seconds after which it is renewed."""

PAUSES = (0.1, 0.5, 1.0, 2.0)
"""Seconds between two attempts: somebody else is at it too, or reads lag behind what we wrote."""


class Claim(NamedTuple):
    """What the alias's description says.

    Attributes:
        holder: Who works on the function; None where nobody does.
        until: When that expires, in seconds since the epoch.
        token: Drawn by the run, which knows its own claim by it.
        tail: The last record of the ledger that the last run left behind.
    """

    holder: Holder | None = None
    until: float = 0.0
    token: str = ""
    tail: Tail = Tail()

    def summary(self, now: float) -> str:
        """Return who holds it, where, for which command, and for how long still; `now` in seconds since the epoch."""
        held = self.holder
        left = max(0.0, self.until - now) / 60
        return (
            f"{held.who} on {held.host} (process {held.pid}), `{held.command}`, for {left:.0f} min more"
            if held
            else "nobody"
        )


def encode(claim: Claim) -> str:
    """Return a claim as the description of an alias."""
    document: dict[str, Any] = {}
    if claim.holder:
        held = claim.holder
        document = {
            "by": _plain(held.who),
            "on": _plain(held.host),
            "pid": held.pid,
            "for": _plain(held.command),
            "until": datetime.fromtimestamp(claim.until, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "boot": _place(held),
            "token": claim.token,
        }
    if claim.tail.seq:
        document["ledger"] = f"{claim.tail.seq}:{claim.tail.digest}"
    return json.dumps(document, separators=(",", ":"))


def _plain(text: str) -> str:
    """Return a name so short, and of such characters, that the whole stays within what Lambda allows."""
    return "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\' else "?" for letter in text
    )[:32]


def _place(held: Holder) -> str:
    """Return eight characters for where a process id means something: a boot of a machine, and a namespace in it."""
    return hashlib.sha256(f"{held.boot} {held.space}".encode()).hexdigest()[:8] if held.boot else ""


def decode(description: str) -> Claim | None:
    """Read what :func:`encode` wrote; nothing at all is a claim of nobody, and anything else None."""
    if not description:
        return Claim()
    try:
        document = json.loads(description)
        seq, _, digest = str(document.get("ledger", "0:")).partition(":")
        tail = Tail(int(seq), digest)
        if "by" not in document:
            return Claim(tail=tail)
        until = datetime.fromisoformat(document["until"]).timestamp()
        holder = Holder(
            str(document["by"]), str(document["on"]), int(document["pid"]), str(document["for"]), "", document["boot"]
        )
        return Claim(holder, until, str(document["token"]), tail)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def read(aws: Aws, function: str) -> Claim | None:
    """Return what the alias of a function says; None if it is missing or somebody else's."""
    alias = read_or_none(aws, "lambda", "get_alias", FunctionName=function, Name=PIN)
    return decode(alias.get("Description", "")) if alias else None


@dataclass
class Machines:
    """The lock of one function between machines.

    Args:
        aws: A session that may change things.
        function: The function's name.
        command: What is running.
        now: The time, in seconds since the epoch.
    """

    aws: Aws
    function: str
    command: str
    now: Callable[[], float]
    token: str = field(default_factory=lambda: secrets.token_hex(4))
    tail: Tail = field(default_factory=Tail)
    _held: bool = False
    _looked: float = 0.0
    _renewed: float = 0.0

    def acquire(self, *, evict: bool = False) -> Claim:
        """Take the lock; return what stood there before.

        Args:
            evict: Take it whoever holds it.

        Raises:
            Locked: Another run holds it.
            Drifted: The alias is somebody else's.
            AwsError: As AWS answered.
        """
        before = Claim()
        for pause in (*PAUSES, 0.0):
            alias = self._read()
            claim = decode(alias.get("Description", "")) if alias else Claim()
            if claim is None:
                raise Drifted(
                    f"alias `{PIN}` of `{self.function}` is not ours",
                    hint="the lock between machines is in its description; rename or delete that alias",
                )
            if claim.token == self.token:
                self._take()
                return before
            if not evict and not self._may_take(claim):
                raise self._refusal(claim)
            before, self.tail = claim, claim.tail
            try:
                self._write(alias)
            except NotFound:
                return before  # the function is gone, and nobody else can change it either
            except (AlreadyThere, PreconditionFailed, NoAnswer):
                self.aws.sleep(pause)
                continue  # somebody was quicker, or it was us: look
            self._take()
            return before
        raise self._refusal(Claim())

    def _take(self) -> None:
        self._held, self._looked, self._renewed = True, self.now(), self.now()

    def _may_take(self, claim: Claim) -> bool:
        held = claim.holder
        return held is None or claim.until < self.now() or _ended(held)

    def _read(self) -> Document | None:
        return read_or_none(self.aws, "lambda", "get_alias", FunctionName=self.function, Name=PIN)

    def _write(self, alias: Document | None) -> None:
        claim = Claim(Holder.this_process(self.command), self.now() + LASTS, self.token, self.tail)
        named = {"FunctionName": self.function, "Name": PIN, "Description": encode(claim)}
        if alias is None:
            self.aws.call("lambda", "create_alias", **named, FunctionVersion=LATEST)
        else:
            self.aws.call("lambda", "update_alias", **named, RevisionId=alias["RevisionId"])

    def tick(self) -> None:
        """See now and then that the lock is still ours, and renew it.

        Raises:
            Locked: Somebody took it over.
            NotAllowed, NoCredentials: It may not be looked at, or not be renewed; it is tried again after as long as
                the last time.
        """
        if not self._held or self.now() < self._looked + LOOKS:
            return
        self._looked = self.now()
        alias = self._read()
        if alias is None:
            self._make_again()
            return
        claim = decode(alias.get("Description", ""))
        if claim is None or claim.token != self.token:
            self._held = False
            raise Locked(
                f"this run was evicted from `{self.function}` while it worked",
                hint="nothing more is changed; `lambda-migrate status` shows where things stand",
            )
        if self.now() > self._renewed + RENEWED:
            with suppress(PreconditionFailed, NoAnswer):  # the pin was moved at that moment; the next look renews it
                try:
                    self._write(alias)
                except (NotAllowed, NoCredentials):
                    self._renewed = self.now()
                    raise
                self._renewed = self.now()

    def _make_again(self) -> None:
        """Make the alias that somebody deleted; a function that is gone needs none. The next look finds another's."""
        with suppress(NotFound, AlreadyThere, NoAnswer):
            self._write(None)

    def release(self, tail: Tail) -> None:
        """Let go of the lock, and leave the ledger's end there; an alias that pins no version goes.

        Args:
            tail: The last record of the ledger.

        Raises:
            AwsError: AWS refuses, or somebody changes the alias at every attempt.
        """
        if not self._held:
            return
        self._held = False
        for pause in (*PAUSES, None):
            try:
                if self._let_go(tail):
                    return
            except PreconditionFailed:
                if pause is None:
                    raise
            self.aws.sleep(pause or 0.0)

    def _let_go(self, tail: Tail) -> bool:
        """Let go once; False where AWS shows somebody else's lock or none, which may be what was there before ours."""
        alias = self._read()
        claim = decode(alias.get("Description", "")) if alias else None
        if alias is None or claim is None or claim.token != self.token:
            return False
        named = {"FunctionName": self.function, "Name": PIN}
        with suppress(NotFound):
            if alias["FunctionVersion"] == LATEST:
                self.aws.call("lambda", "delete_alias", **named)
            else:
                free = encode(Claim(tail=tail))
                self.aws.call("lambda", "update_alias", **named, Description=free, RevisionId=alias["RevisionId"])
        return True

    def _refusal(self, claim: Claim) -> Locked:
        whom = claim.summary(self.now()) if claim.holder else "a run that is starting or ending right now"
        return Locked(
            f"`{self.function}` is held by {whom}",
            hint="wait for it; if it is gone for good, `lambda-migrate unlock` evicts it",
        )


def _ended(held: Holder) -> bool:
    """Return whether a run is known to be over: its process is gone, or was this very one."""
    mine = Holder.this_process("")
    if not held.boot or held.boot != _place(mine) or held.host != _plain(mine.host):
        return False
    return held.pid == mine.pid or held._replace(boot=mine.boot, space=mine.space).gone
