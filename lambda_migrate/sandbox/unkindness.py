"""What the sandbox does to a migration that AWS does too, and that an emulator is too kind to do by itself.

Each setting is off until it is named: by ``sandbox up --unkind NAME[=VALUE]``, by ``demo --unkind``, or in the variable
`VARIABLE` of the embedded AWS's process. A running one takes new settings at `PATH`.
"""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from lambda_migrate.errors import ConfigError
from lambda_migrate.fields import written

if TYPE_CHECKING:
    from collections.abc import Sequence

VARIABLE = "LAMBDA_MIGRATE_SANDBOX_UNKINDNESS"
"""The environment variable of the server's process that holds the settings, as JSON."""

PATH = "/_sandbox/unkindness"
"""Where a running server takes new settings (PUT, JSON), and tells those in force (GET)."""

ALL = "all"
"""The name that stands for every setting."""

Value = TypeVar("Value", float, int, bool, "tuple[str, ...]")


def _setting(off: Value, on: Value, meaning: str) -> Value:
    """Return a field: its value when it is off, when it is named without a value, and what it does."""
    described: Value = field(default=off, metadata={"on": on, "meaning": meaning})
    return described


@dataclass(frozen=True)
class Unkindness:
    """What AWS does and an emulator spares one. `SETTINGS` says what each setting does.

    Lengths of time are in seconds.
    """

    alias_lag: float = _setting(
        0.0, 2.0, "for so long after UpdateAlias, invocations still run what the alias pointed at before"
    )
    transient_weights: float = _setting(
        0.0, 3.0, "for so long, an alias with provisioned concurrency shows weights that nobody set"
    )
    api_lag: float = _setting(0.0, 2.0, "an HTTP API serves a change so long after it was accepted")
    confirmations_lost: int = _setting(
        0, 1, "so many of SNS's requests to confirm an HTTP subscription never arrive: it stays pending"
    )
    versions_kept: int = _setting(
        0, 2, "a pruner deletes all but so many of the newest versions, unless an alias names them"
    )
    denied: tuple[str, ...] = _setting(
        (), ("iam:SimulatePrincipalPolicy", "logs:DescribeLogGroups"), "these calls answer AccessDenied"
    )
    permissions_asked: bool = _setting(
        False,  # noqa: FBT003  # the value when it is off
        True,  # noqa: FBT003  # the value when it is on
        "from the start on, policies decide what users and roles may do; the credentials `test` are root's",
    )
    metrics_lag: float = _setting(
        0.0, 3.0, "a metric can be read so long after it was counted, and stands at the time when it was"
    )
    logs_lost: bool = _setting(
        False,  # noqa: FBT003  # as above
        True,  # noqa: FBT003  # as above
        "what functions print reaches no log group, so that no metrics are extracted from it",
    )
    dying_subscriptions: float = _setting(
        0.0, 2.0, "so long after Unsubscribe, Subscribe of the same endpoint answers with a subscription that then goes"
    )
    roles_lag: float = _setting(0.0, 3.0, "for so long, EventBridge cannot assume a new role, and refuses its targets")
    throttled: int = _setting(0, 20, "each n-th call that changes something is throttled before it is carried out")
    callers_by_role: bool = _setting(
        False,  # noqa: FBT003  # as above
        True,  # noqa: FBT003  # as above
        "a schedule of EventBridge Scheduler and a state machine invoke the sample function with roles of their own",
    )
    subscriptions_lag: float = _setting(
        0.0, 2.0, "so long after Subscribe, a subscription gets none of the messages that are published"
    )
    keys_lost: int = _setting(
        0, 1, "the environments of so many of the oldest versions cannot be decrypted: an error is shown in their place"
    )
    foreign_statements: bool = _setting(
        False,  # noqa: FBT003  # as above
        True,  # noqa: FBT003  # as above
        "policies show what AddPermission does not write: a statement without a name, several principals, a Deny",
    )
    visibility_checked: bool = _setting(
        False,  # noqa: FBT003  # as above
        True,  # noqa: FBT003  # as above
        "a mapping is refused whose queue shows a message again before the function's time-out",
    )
    roles_bounded: bool = _setting(
        False,  # noqa: FBT003  # as above
        True,  # noqa: FBT003  # as above
        "nobody may make a role without a permissions boundary",
    )
    load_balancer: int = _setting(
        0, 8000, "a load balancer stands in front of what listens on this port: answers of its own, 503, 502 and 504"
    )

    def to_json(self) -> str:
        """Return the settings as one line of JSON."""
        return json.dumps(asdict(self))

    def named(self) -> dict[str, Any]:
        """Return the settings that are on, by name."""
        return {name: value for name, value in asdict(self).items() if value}

    def lines(self) -> list[str]:
        """Return one line for each setting that is on: ``alias_lag=2s: for so long after UpdateAlias, …``."""
        return [
            f"{setting.name}={_written(value)}: {setting.meaning}"
            for setting in SETTINGS
            if (value := getattr(self, setting.name))
        ]


@dataclass(frozen=True)
class Setting:
    """One unkindness.

    Attributes:
        name: Its name.
        on: Its value where it is named without one.
        meaning: What it does, in words that follow a colon.
    """

    name: str
    on: Any
    meaning: str

    @property
    def written(self) -> str:
        """The value where it is named without one, as it is typed."""
        return _written(self.on)

    def value(self, text: str) -> Any:
        """Return the value that a text stands for.

        Raises:
            ConfigError: It does not stand for one.
        """
        try:
            return _value(self.on, text)
        except ValueError as error:
            raise ConfigError(
                f"`{text}` is not a value of `{self.name}`", hint=f"write it like `{self.name}={self.written}`"
            ) from error


KIND = Unkindness()
"""The sandbox as kind as an emulator."""

SETTINGS = tuple(Setting(each.name, each.metadata["on"], each.metadata["meaning"]) for each in fields(Unkindness))
"""Every setting, in the order in which they are told."""

AT_START = frozenset({"permissions_asked", "callers_by_role"})
"""What holds from the start of a sandbox on, or not at all."""

UNBEARABLE = frozenset({"logs_lost", "keys_lost", "foreign_statements", "roles_bounded", "subscriptions_lag"})
BEARABLE = tuple(each for each in SETTINGS if each.name not in AT_START | UNBEARABLE)
"""What the demo bears together.

Nobody can judge without logs, callers by role have to be re-pointed by hand, and the demo is told by one who may do
everything, has no boundary to name, loses no key, and does not wait the minute that AWS takes to know a subscription.
"""


def named(words: Sequence[str], settings: Sequence[Setting] = SETTINGS) -> Unkindness:
    """Return what names stand for.

    Args:
        words: ``NAME``, ``NAME=VALUE`` or ``all``; a later one overrides an earlier one.
        settings: What ``all`` stands for.

    Raises:
        ConfigError: One names no setting, or its value is not one.
    """
    kind = KIND
    for word in words:
        name, equals, text = word.partition("=")
        if name == ALL and not equals:
            kind = replace(kind, **{each.name: each.on for each in settings})
            continue
        setting = _known(name.replace("-", "_"))
        kind = replace(kind, **{setting.name: setting.value(text) if equals else setting.on})
    return kind


def parse(text: str | bytes) -> Unkindness:
    """Read what :meth:`Unkindness.to_json` wrote; what is not named is off.

    Args:
        text: A JSON object, or nothing at all.

    Raises:
        ConfigError: It is not one, or it names a setting that is not there.
    """
    if not text:
        return KIND
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        raise ConfigError("the sandbox's unkindness is not valid JSON", hint=str(error)) from error
    if not isinstance(document, dict):
        raise ConfigError("the sandbox's unkindness is not a JSON object", hint=f"for example `{KIND.to_json()}`")
    for name in document:
        _known(name)
    if "denied" in document:
        document["denied"] = tuple(document["denied"])
    return Unkindness(**document)


def _known(name: str) -> Setting:
    names = [each.name for each in SETTINGS]
    if name not in names:
        near = difflib.get_close_matches(name, [*names, ALL], n=1)
        known = f"known: {', '.join(names)}, and `{ALL}` for every one"
        hint = f"did you mean `{near[0]}`?" if near else known
        raise ConfigError(f"the sandbox has no unkindness `{name}`", hint=hint)
    return SETTINGS[names.index(name)]


def _value(on: Any, text: str) -> Any:
    if isinstance(on, bool):
        return {"true": True, "false": False}[text.lower()] if text.lower() in ("true", "false") else _refuse(text)
    if isinstance(on, tuple):
        calls = tuple(text.split(","))
        return calls if all(":" in call for call in calls) else _refuse(text)
    if isinstance(on, int):
        return int(text) if text.isascii() and text.isdigit() else _refuse(text)
    return written(text)


def _refuse(text: str) -> bool:
    msg = f"`{text}` is not a value of this setting"
    raise ValueError(msg)


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, float):
        return f"{value:g}s"
    return str(value).lower()
