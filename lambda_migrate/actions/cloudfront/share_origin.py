"""Moves a share of an origin's requests to another host, and in the end all of them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.cloudfront import origins
from lambda_migrate.actions.cloudfront.create_viewer_function import CreateViewerFunction, publish
from lambda_migrate.actions.cloudfront.origins import CONFIG, KEYED, PRIVATE
from lambda_migrate.actions.document import PointInDocument
from lambda_migrate.aws import secrets
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import Drifted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

WHOLE = 100
FUNCTION, SERVICE = "function", "service"
VIEWER_REQUEST = "viewer-request"
ASSOCIATIONS = "FunctionAssociations"
DEFAULT = "*"
"""The path of the default behavior."""


def beside(origin: str) -> str:
    """Return the id of the origin that stands beside another one while requests are shared."""
    return f"lambda-migrate-{origin}"


@dataclass(frozen=True)
class ShareOrigin(PointInDocument):
    """Set the share of an origin's requests that the service gets.

    While they are shared, a second origin stands beside it, which leads to the service, and each behavior that uses it
    runs a function (:class:`~lambda_migrate.actions.cloudfront.create_viewer_function.CreateViewerFunction`) that
    selects the second one as often as its share says. At 0 and at 100 percent there is neither: the origin itself leads
    to the function, or to the service. Each share is one UpdateDistribution on condition of its ETag, and so is the way
    back from wherever it stands; a change is everywhere once the distribution is ``Deployed``.

    Attributes:
        name: The distribution's id.
        before: Percent of the requests that the service gets.
        after: As before.
        origin: The origin's id.
        leads: Where the origin leads by itself, by ``function`` and ``service``: sides of
            :class:`~lambda_migrate.actions.cloudfront.point_origin.PointOrigin`.
        paths: Path patterns of the behaviors that use it, ``*`` for the default one.
        functions: How the ARNs of the viewer functions begin, before ``-10`` for a share of 10 percent.
        secrets: As :class:`~lambda_migrate.actions.cloudfront.point_origin.PointOrigin` has them.
    """

    kind: ClassVar[str] = "share_origin"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    timeout: ClassVar[float] = 1800.0
    set_by_aws: ClassVar[frozenset[str]] = frozenset({"ETag", "Status"})
    origin: str
    leads: dict[str, dict[str, Any]]
    paths: tuple[str, ...]
    functions: str
    secrets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have the paths be what they were before JSON."""
        object.__setattr__(self, "paths", tuple(self.paths))

    def describe(self) -> str:
        """Return one line for a person."""
        return f"distribution {self.name}, origin {self.origin}: {self.before} % → {self.after} % on the service"

    def joined(self, later: Action) -> ShareOrigin | None:
        """Return the move from where this one began to where a later one of the same origin ended."""
        if not isinstance(later, ShareOrigin) or self.about() != later.about():
            return None
        return ShareOrigin(self.name, self.before, later.after, *self.about()[1:])

    def about(self) -> tuple[Any, ...]:
        """Return what it is about: all but the shares."""
        return self.name, self.origin, self.leads, self.paths, self.functions, self.secrets

    def read(self, aws: Aws) -> Document | None:
        """Return the distribution's configuration, without the values of our headers."""
        return origins.read(aws, self.name, [self.origin, beside(self.origin)], self.secrets)

    def moving(self, document: Document) -> bool:
        """Return whether CloudFront is still spreading a change."""
        return bool(document["Status"] != "Deployed")

    def ours(self, document: Document) -> Any:
        """Return the share, before or after; what stands there, in words, where it is neither; None without origin."""
        first, second = (self._leads(document, each) for each in (self.origin, beside(self.origin)))
        if first is None:
            return None
        running = self._running(document[CONFIG])
        for share in (self.before, self.after):
            if (first, second, running) == self._expected(share):
                return share
        named = ", ".join(sorted(running - {""})) or "no viewer function of ours"
        return f"origin {self.origin} leads to {first[origins.DOMAIN]}, {named}"

    def _leads(self, document: Document, origin: str) -> dict[str, Any] | None:
        there = origins.named(document[CONFIG], origin)
        return origins.leads(there, document[KEYED][origin], private=PRIVATE in self.leads[SERVICE])

    def _expected(self, share: int) -> tuple[dict[str, Any], dict[str, Any] | None, set[str]]:
        """Return where the origin and the one beside it lead at a share, and the functions that its behaviors run."""
        if 0 < share < WHOLE:
            return self.leads[FUNCTION], self.leads[SERVICE], {self._function(share)}
        return self.leads[SERVICE if share else FUNCTION], None, set()

    def _function(self, share: int) -> str:
        return f"{self.functions}-{share}"

    def _running(self, config: Document) -> set[str]:
        """Return the ARNs of our functions that behaviors run; "" besides where one that has to run one does not."""
        running: set[str] = set()
        for path, behavior in _behaviors(config):
            ours = {str(each["FunctionARN"]) for each in _associations(behavior) if self._is_ours(each)}
            running |= ours
            used = path in self.paths and behavior.get("TargetOriginId") == self.origin
            if used and not ours:
                running.add("")
        return set() if running == {""} else running

    def _is_ours(self, association: Document) -> bool:
        return str(association["FunctionARN"]).startswith(f"{self.functions}-")

    def merged(self, document: Document, side: int) -> Document:
        """Return the configuration with a share in it.

        Raises:
            Drifted: Somebody else has a behavior run a function for viewer requests.
        """
        changed, second = deepcopy(document), beside(self.origin)
        config, shared = changed[CONFIG], 0 < side < WHOLE
        origin = origins.named(config, self.origin)
        if origin is None:
            return changed
        there = origins.named(config, second) or {**deepcopy(origin), "Id": second}
        items = [each for each in config["Origins"]["Items"] if each["Id"] != second]
        if shared:
            origins.lead(there, self.leads[SERVICE])
            items.append(there)
        config["Origins"] = origins.listed(items)
        leads = self.leads[SERVICE if side == WHOLE else FUNCTION]
        origins.lead(origin, leads)
        self._run(config, self._function(side) if shared else "")
        keyed = {self.origin: list(leads[KEYED]), second: list(self.leads[SERVICE][KEYED]) if shared else []}
        return {**changed, KEYED: keyed}

    def _run(self, config: Document, function: str) -> None:
        """Have the behaviors that use the origin run a function of ours in the place of another; "" for none."""
        for path, behavior in _behaviors(config):
            items = _associations(behavior)
            others = [each for each in items if not self._is_ours(each)]
            used = function and path in self.paths and behavior.get("TargetOriginId") == self.origin
            if used and any(each["EventType"] == VIEWER_REQUEST for each in others):
                raise Drifted(
                    f"distribution {self.name}: behavior `{path}` runs a function for viewer requests by now",
                    hint="a behavior runs one of them; run `lambda-migrate plan` again",
                )
            ours = [{"FunctionARN": function, "EventType": VIEWER_REQUEST}] if used else []
            if [*others, *ours] != items:
                behavior[ASSOCIATIONS] = origins.listed([*others, *ours])

    def write(self, aws: Aws, side: int) -> None:
        """Put a share in the place of the other, with its function published before.

        On the way back it is made again where it is gone: it was removed once all requests had moved.

        Raises:
            Drifted: The function is gone, or what is not ours is not as it was sent.
            PreconditionFailed: The other share does not stand there, or somebody else wrote; nothing was written.
        """
        if 0 < side < WHOLE:
            self._publish(aws, side)
        PointInDocument.write(self, aws, side)

    def _publish(self, aws: Aws, share: int) -> None:
        name = self._function(share).rpartition("/")[2]
        try:
            publish(aws, name)
        except Drifted:
            if share != self.before:
                raise
            CreateViewerFunction(name, beside(self.origin), share).apply(aws)

    def send(self, aws: Aws, document: Document) -> None:
        """Write the configuration, if nobody has written since it was read."""
        origins.send(aws, self.name, document, self.secrets)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        shares = [share for share in (self.before, self.after) if 0 < share < WHOLE]
        return (
            *calls("cloudfront", "GetDistribution UpdateDistribution", Id=self.name),
            *(
                call
                for share in shares
                for call in calls(
                    "cloudfront",
                    f"DescribeFunction PublishFunction{' CreateFunction' if share == self.before else ''}",
                    Name=self._function(share).rpartition("/")[2],
                )
            ),
            *(call for each in self.secrets.values() for call in secrets.calls_of(each, "read")),
        )

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        document = self.read(aws)
        ours = self.ours(document) if document else None
        if ours is None:
            return f"no origin {self.origin}"
        return f"origin {self.origin}: {ours} % on the service" if isinstance(ours, int) else str(ours)


def _behaviors(config: Document) -> Iterator[tuple[str, Document]]:
    """Yield the path and the settings of each behavior, the default one as ``*``."""
    for behavior in (config.get("CacheBehaviors") or {}).get("Items") or ():
        yield str(behavior["PathPattern"]), behavior
    yield DEFAULT, config["DefaultCacheBehavior"]


def _associations(behavior: Document) -> list[Document]:
    return list((behavior.get(ASSOCIATIONS) or {}).get("Items") or ())
