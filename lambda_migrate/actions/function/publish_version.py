"""Publishes what stands on $LATEST as a version that never changes again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.shift_weight import position
from lambda_migrate.actions.references import versions_marked
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.function_updates import SNAPSHOT
from lambda_migrate.aws.permissions import VERSIONS, calls
from lambda_migrate.errors import Drifted
from lambda_migrate.function import documents

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class PublishVersion:
    """Publish a version, on condition that the code is the one that the plan saw.

    Attributes:
        function: Name of the function.
        code_sha256: The code's ``CodeSha256``, base64 as Lambda gives it.
        marker: The version's description, by which it is found again.
    """

    kind: ClassVar[str] = "publish_version"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "+"
    timeout: ClassVar[float] = SNAPSHOT
    function: str
    code_sha256: str
    marker: str

    def describe(self) -> str:
        """Return one line for a person."""
        return f"version of {self.function}: publish “{self.marker}”"

    def describe_back(self) -> str:
        """Return what undoing it does, in one line for a person."""
        return f"version of {self.function}: delete “{self.marker}”"

    def observe(self, aws: Aws) -> Observed:
        """Return whether a version carries the marker; MOVING until it can be invoked."""
        marked = versions_marked(aws, self.function, self.marker)
        if not marked:
            return Observed.BEFORE
        if any(version["CodeSha256"] != self.code_sha256 for version in marked):
            return Observed.DRIFT
        # Listings say nothing about the state of a version, and may show it before other reads do.
        named = {"FunctionName": self.function, "Qualifier": marked[-1]["Version"]}
        version = read_or_none(aws, "lambda", "get_function_configuration", **named)
        return Observed.MOVING if version is None or version.get("State") == "Pending" else Observed.AFTER

    def apply(self, aws: Aws) -> None:
        """Publish once no update of the function is in progress, then wait until the version is active.

        Raises:
            Drifted: The code is another one by now; or Lambda published nothing because ``$LATEST`` is what its last
                version already is (see PublishVersion in Lambda's API reference).
        """
        latest = aws.wait_function_updated(self.function)
        if latest["CodeSha256"] != self.code_sha256:
            raise Drifted(
                f"the code of `{self.function}` is not the one that the plan saw",
                hint="somebody deployed; run `lambda-migrate plan` again",
                topic="drift",
            )
        version = aws.call(
            "lambda",
            "publish_version",
            FunctionName=self.function,
            Description=self.marker,
            CodeSha256=self.code_sha256,
            RevisionId=latest["RevisionId"],
        )
        if version.get("Description") != self.marker:
            number = version["Version"]
            raise Drifted(
                f"`{self.function}` has nothing new to publish: version {number} is what $LATEST is",
                hint=self._why_not(aws, latest, number),
            )
        aws.wait_function_updated(self.function, version["Version"])

    def _why_not(self, aws: Aws, latest: Document, number: str) -> str:
        """Return what to do where Lambda takes a version for ``$LATEST``: it is used, unless it reads otherwise."""
        published = aws.call("lambda", "get_function_configuration", FunctionName=self.function, Qualifier=number)
        fields = documents.differing(latest, published)
        if not fields:
            return "`lambda-migrate plan` again; it will use that version"
        return (
            f"Lambda shows {', '.join(fields)} of the two differently: change the function's description, so that there"
            " is something to publish, then `lambda-migrate plan` again; and please report this"
        )

    def needless(self, aws: Aws) -> str:
        """Return which alias names the version: Lambda deletes none that an alias names, and somebody needs it."""
        names = sorted(self.named_by(aws))
        return f"alias {names[0]} names it, so that it stays" if names else ""

    def named_by(self, aws: Aws) -> frozenset[str]:
        """Return the names of the aliases that name the version, with all of the traffic or a share."""
        numbers = {str(version["Version"]) for version in versions_marked(aws, self.function, self.marker)}
        return frozenset(
            str(alias["Name"])
            for alias in aws.pages("lambda", "list_aliases", "Aliases", FunctionName=self.function)
            if numbers & {alias["FunctionVersion"], *position(alias)["weights"]}
        )

    def undo(self, aws: Aws) -> None:
        """Delete the version; Lambda refuses while an alias points at it."""
        for version in versions_marked(aws, self.function, self.marker):
            number = str(version["Version"])
            if number.isdecimal():  # without a qualifier the call would delete the function
                aws.call("lambda", "delete_function", FunctionName=self.function, Qualifier=number)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("lambda", "ListVersionsByFunction ListAliases PublishVersion", FunctionName=self.function),
            *calls("lambda", "GetFunctionConfiguration", FunctionName=self.function, Qualifier="*"),
            *calls("lambda", "DeleteFunction", FunctionName=self.function, Qualifier=VERSIONS),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        marked = versions_marked(aws, self.function, self.marker)
        numbers = ", ".join(f"version {each['Version']} (code {each['CodeSha256']})" for each in marked)
        return numbers or f"no version “{self.marker}”"
