"""What the sandbox does to a migration that AWS does too, and that an emulator is too kind to do by itself.

Each setting is off until it is named. The embedded AWS reads them when it starts, from the variable `VARIABLE`, and
takes new ones at `PATH` while it runs.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from lambda_migrate.errors import ConfigError

VARIABLE = "LAMBDA_MIGRATE_SANDBOX_UNKINDNESS"
"""The environment variable of the server's process that holds the settings, as JSON."""

PATH = "/_sandbox/unkindness"
"""Where a running server takes new settings (PUT, JSON)."""


@dataclass(frozen=True)
class Unkindness:
    """What AWS does and an emulator spares one.

    Attributes:
        alias_lag: Seconds during which invocations of an alias still run what it pointed at before it was changed. AWS
            spreads the change over its data plane.
        transient_weights: Seconds after the change of an alias with provisioned concurrency during which GetAlias shows
            weights that nobody set: Lambda moves such an alias step by step.
        confirmations_lost: SNS's request to confirm an HTTP subscription never arrives, so that it stays pending.
        versions_kept: Keep that many of the newest versions and delete the older ones that no alias names, after each
            change of the function, as version pruners do; 0 prunes nothing.
        denied: Calls that the caller has no permission for, as ``lambda:UpdateAlias``.
        metrics_lag: Seconds until a metric that was counted can be read, as CloudWatch takes up to some minutes.
        logs_lost: What functions print reaches no log group, as where their role has no ``logs:PutLogEvents``; so no
            metrics in the embedded metric format are extracted from it.
        throttled: Each call of that many is throttled before it is carried out; 0 throttles nothing.
    """

    alias_lag: float = 0.0
    transient_weights: float = 0.0
    confirmations_lost: bool = False
    versions_kept: int = 0
    denied: tuple[str, ...] = ()
    metrics_lag: float = 0.0
    logs_lost: bool = False
    throttled: int = 0

    def to_json(self) -> str:
        """Return the settings as one line of JSON."""
        return json.dumps(asdict(self))


KIND = Unkindness()
"""The sandbox as kind as an emulator."""


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
    known = {each.name for each in fields(Unkindness)}
    if not isinstance(document, dict) or not document.keys() <= known:
        raise ConfigError("the sandbox's unkindness names unknown settings", hint=f"known: {', '.join(sorted(known))}")
    if "denied" in document:
        document["denied"] = tuple(document["denied"])
    return Unkindness(**document)
