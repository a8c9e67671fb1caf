"""Has $LATEST run another container image: the one that carries the proxy, or the original again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed, Replace, Touched, conflict
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import Drifted
from lambda_migrate.function.documents import is_updating
from lambda_migrate.proxy import image, layer

if TYPE_CHECKING:
    from lambda_migrate.actions import Action
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PointImage(Replace):
    """Have $LATEST run one image in place of another, on condition of its RevisionId. What it starts stays as it is.

    The derived image starts what the original does, for as long as :class:`ConfigureImage` overrides nothing: this one
    write changes nothing for callers, there or back.

    Attributes:
        function: Name of the function.
        repository: Registry and repository of both.
        before: Digest of the image that it runs.
        after: Digest of the image that it is to run.
        elsewhere: Registry and repository of one of them where it is in another: digest → repository.
    """

    kind: ClassVar[str] = "point_image"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    function: str
    repository: str
    before: str
    after: str
    elsewhere: dict[str, str] = field(default_factory=dict)

    def describe(self) -> str:
        """Return one line for a person."""
        return f"$LATEST of {self.function}: image {self.before[:19]}… → {self.after[:19]}…"

    def observe(self, aws: Aws) -> Observed:
        """Return which of the two images $LATEST runs."""
        answer = aws.call("lambda", "get_function", FunctionName=self.function)
        if is_updating(answer["Configuration"]):
            return Observed.MOVING
        sides = {self.before: Observed.BEFORE, self.after: Observed.AFTER}
        return sides.get(_digest(answer), Observed.DRIFT)

    def joined(self, later: Action) -> PointImage | None:
        """Return this, where the later one puts back what it replaced: there and back, $LATEST runs the original."""
        there = isinstance(later, PointImage) and (later.function, later.before) == (self.function, self.after)
        return self if there and getattr(later, "after", "") == self.before else None

    def write(self, aws: Aws, side: str) -> None:
        """Have it run one of the two, once no update is in progress.

        Raises:
            Drifted: $LATEST starts the proxy, which the other image may not hold.
        """
        latest = aws.wait_function_updated(self.function, failed_too=True)
        if starts_the_proxy(latest):
            raise Drifted(
                f"$LATEST of `{self.function}` starts the proxy, and would not start with another image",
                hint="roll that step back first; `lambda-migrate status` names it",
            )
        other = self.before if side == self.after else self.after
        if _digest(aws.call("lambda", "get_function", FunctionName=self.function)) != other:
            raise conflict(f"$LATEST of {self.function}")
        aws.call(
            "lambda",
            "update_function_code",
            FunctionName=self.function,
            ImageUri=f"{self.elsewhere.get(side, self.repository)}@{side}",
            Architectures=latest.get("Architectures") or ["x86_64"],  # which Lambda takes where none is named
            RevisionId=latest["RevisionId"],
        )
        aws.wait_function_updated(self.function)

    def touches(self) -> Touched:
        """Return what of the function it changes."""
        return Touched(codes=frozenset({self.before.partition(":")[2], self.after.partition(":")[2]}))

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return calls("lambda", "GetFunction GetFunctionConfiguration UpdateFunctionCode", FunctionName=self.function)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        return f"image {_digest(aws.call('lambda', 'get_function', FunctionName=self.function)) or 'unknown'}"


def starts_the_proxy(configuration: Document) -> bool:
    """Return whether what a configuration overrides starts the proxy."""
    told = (configuration.get("ImageConfigResponse") or {}).get("ImageConfig") or {}
    words = [*(told.get("EntryPoint") or ()), *(told.get("Command") or ())]
    return layer.HANDLER in words or image.SELECTOR in words


def _digest(answer: Document) -> str:
    resolved = str((answer.get("Code") or {}).get("ResolvedImageUri") or "")
    return resolved.rpartition("@")[2]
