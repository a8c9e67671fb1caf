"""What a kind of trigger is: the constants and functions of its module, checked when the registry is imported."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Literal, get_args

from lambda_migrate.triggers.base import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import ModuleType

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Step
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Repoint, Trigger

Traffic = Literal["requests", "events"]


def _cannot(*_: Any) -> None:
    """What a kind cannot do."""


def _its_id(trigger: Trigger[Any]) -> str:
    """Return its id, which most services give CloudFormation too."""
    return trigger.id


def _nothing(*_: Any) -> tuple[()]:
    """What a kind leaves behind, or has to ask, by default."""
    return ()


CONSTANTS = (
    "principals",
    "event_sources",
    "alias",
    "service",
    "stays",
    "gradual",
    "back",
    "settles",
    "twice",
    "counted",
    "failing",
    "caller",
    "calls",
    "pausable",
    "parks",
)
"""What a kind may say of itself, in capitals in its module."""

READING = ("find", "look_up", "preflight", "preflight_all")
PLANNING = ("to_alias", "to_service", "source_metrics", "request_metrics", "clean_up", "physical_id")
"""Functions that a kind may have."""


@dataclass(frozen=True)
class TriggerKind:
    """One kind of trigger, as the rest of the program asks it. It asks what a kind can do, never what it is called.

    A module has ``KIND``, ``LABEL``, ``TRAFFIC`` and ``FOUND``, and as much of the rest as it can do.

    Attributes:
        name: ``KIND``: its name in `accept:`, ``trigger:<name>``, and in the inventory.
        label: ``LABEL``: what a person calls a trigger of this kind, before its name: ``SQS queue``.
        traffic: ``TRAFFIC``: whether it brings HTTP requests or events.
        documentation: The module's docstring.
        found: ``FOUND``: what it is found by, a noun.
        principals: ``PRINCIPALS``: who invokes for it in resource policies, as patterns: ``logs.*.amazonaws.com``.
        event_sources: ``EVENT_SOURCES``: services whose event source mappings are of this kind, as in the source's ARN;
            "" stands for mappings that name no ARN. The kind's settings are then
            :class:`~lambda_migrate.triggers.event_source.MappingSettings`.
        settings: ``Settings``: the class of its triggers' settings.
        alias: ``ALIAS``: how it is pointed at the alias, a clause; "" where it cannot be.
        service: ``SERVICE``: how it is pointed at the service, a clause; "" where it stays on the alias.
        stays: ``STAYS``: why it cannot go all the way, a clause; "" where it always can. Where a setting decides, both
            clauses name the setting.
        gradual: ``GRADUAL``: how a share of it goes straight to the service before the rest does, a clause; "" where
            all of it goes at once.
        back: ``BACK``: how it is brought back, a clause; "" only where nothing moves it.
        settles: ``SETTLES``: seconds until a change of it is in effect everywhere, at most.
        twice: ``TWICE``: what may come twice, or again, while it moves, a clause; "" only where nothing moves it.
        counted: ``COUNTED``: what has to arrive before a verdict, for the guide.
        failing: ``FAILING``: what makes a verdict fail, for the guide.
        caller: ``CALLER``: True where nothing is known but that somebody may invoke.
        calls: ``CALLS``: what it calls itself, ``sqs:GetQueueAttributes``; from it the policies of IAM are made.
        pausable: ``PAUSABLE``: True where its owner can switch it off for a while and on again.
        parks: ``PARKS``: True where the alias gets a second trigger, and the first is parked.
        find: ``find(aws, function)``: its triggers, where the kind has a look-up to itself; None where one of the
            inventory's finders finds it.
        physical_id: ``physical_id(trigger)``: what CloudFormation calls the thing that is changed where it moves; pure.
            Default: the trigger's id.
        look_up: ``look_up(aws, function, service, triggers)``: what it has to know of the service, and of its own
            triggers, before ``to_service``; reads only.
        to_alias: ``to_alias(trigger, function, alias)``: what points it at the alias, or None; pure.
        preflight: ``preflight(aws, trigger, function, alias)``: why AWS would refuse to point it at the alias, or to
            deliver there, as far as that takes a look at AWS; asked before any trigger moves, reads only.
        preflight_all: ``preflight_all(aws, triggers, function, alias)``: the same, of all of its triggers that move:
            for what AWS lists once for all of them.
        to_service: ``to_service(trigger, function, destination)``: what points it straight at the service, or None
            where it stays on the alias; pure.
        source_metrics: ``source_metrics(trigger)``: the metrics of the source that show what became of its
            traffic; pure.
        request_metrics: ``request_metrics(trigger, function)``: the metrics of a source of HTTP requests that show what
            callers got while it still invokes the function: an answer that no proxy accounted for (a function that ran
            out of time or memory) is 5xx there. None where it has none, or they count requests of others too; pure.
        clean_up: ``clean_up(trigger)``: the steps of ``retire`` that remove what is left behind; pure.
    """

    name: str
    label: str
    traffic: Traffic
    documentation: str
    found: str
    principals: tuple[str, ...] = ()
    event_sources: tuple[str, ...] = ()
    settings: type[Settings] = Settings
    alias: str = ""
    service: str = ""
    stays: str = ""
    gradual: str = ""
    back: str = ""
    settles: float = 0.0
    twice: str = ""
    counted: str = ""
    failing: str = ""
    caller: bool = False
    calls: tuple[str, ...] = ()
    pausable: bool = False
    parks: bool = False
    physical_id: Callable[[Trigger[Any]], str] = _its_id
    find: Callable[[Aws, Function], Iterable[Trigger[Settings]]] | None = None
    look_up: Callable[[Aws, Function, Service, Sequence[Trigger[Any]]], Mapping[str, str]] | None = None
    to_alias: Callable[[Trigger[Any], Function, str], Repoint | None] = _cannot
    preflight: Callable[[Aws, Trigger[Any], Function, str], Iterable[Blocker]] = _nothing
    preflight_all: Callable[[Aws, Sequence[Trigger[Any]], Function, str], Iterable[Blocker]] = _nothing
    to_service: Callable[[Trigger[Any], Function, Destination], Repoint | None] = _cannot
    source_metrics: Callable[[Trigger[Any]], SourceMetrics | None] = _cannot
    request_metrics: Callable[[Trigger[Any], Function], SourceMetrics | None] = _cannot
    clean_up: Callable[[Trigger[Any]], Sequence[Step]] = _nothing

    def __post_init__(self) -> None:
        """Refuse a kind that is not whole, when the registry is imported rather than in the middle of a migration.

        Raises:
            TypeError: Something is missing, or does not fit the rest.
        """
        for wrong, text in (
            (not self.name or not self.label or not self.found, "needs KIND, LABEL and FOUND"),
            (self.traffic not in get_args(Traffic), f"TRAFFIC is one of {get_args(Traffic)}"),
            (not issubclass(self.settings, Settings), "Settings extends triggers.base.Settings"),
            ((self.to_alias is _cannot) != (not self.alias), "ALIAS and to_alias go together"),
            ((self.to_service is _cannot) != (not self.service), "SERVICE and to_service go together"),
            (self.to_service is not _cannot and self.source_metrics is _cannot, "to_service needs source_metrics"),
            (self.to_service is not _cannot and not (self.counted and self.failing), "needs COUNTED and FAILING"),
            (self.to_service is _cannot and not self.stays, "without to_service it needs STAYS, the reason"),
            (bool(self.gradual) and not self.service, "GRADUAL is about the way straight to the service"),
            (self.moves != bool(self.back and self.twice), "BACK and TWICE go with what moves it"),
            (self.moves != (self.settles > 0), "SETTLES, in seconds, goes with what moves it"),
        ):
            if wrong:
                msg = f"trigger kind `{self.name}`: {text}"
                raise TypeError(msg)

    @property
    def moves(self) -> bool:
        """Whether it can be re-pointed at all."""
        return bool(self.alias or self.service)

    @classmethod
    def of(cls, module: ModuleType) -> TriggerKind:
        """Read a kind from its module; a constant or function of another name than those above is the module's own.

        Raises:
            TypeError: The module is not a whole kind.
        """
        given = {name: getattr(module, name.upper()) for name in CONSTANTS if hasattr(module, name.upper())}
        given |= {name: getattr(module, name) for name in (*READING, *PLANNING) if hasattr(module, name)}
        try:
            return cls(
                name=module.KIND,
                label=module.LABEL,
                traffic=module.TRAFFIC,
                found=module.FOUND,
                documentation=cleandoc(module.__doc__ or ""),
                settings=getattr(module, "Settings", Settings),
                **given,
            )
        except AttributeError as error:
            msg = f"trigger kind `{module.__name__}`: {error}"
            raise TypeError(msg) from error

    def invokes_as(self, caller: str) -> bool:
        """Return whether a caller of the resource policy invokes for this kind."""
        return any(fnmatchcase(caller, pattern) for pattern in self.principals)
