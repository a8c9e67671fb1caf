"""How unkind a world is: each setting is something that AWS does and an emulator spares one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unkindness:
    """Seconds, at most, unless said otherwise; 0 is kind.

    Attributes:
        lag: During which reads may still show what was before a write.
        slow: That an update takes: of a function, a version, a mapping, a deployment, a connection.
        spread: Whether the data plane learns of changes as late as AWS's guides say.
        confirms: After which the service confirms a subscription; negative where the request never arrives.
        provisioned: Whether the alias has provisioned concurrency, and moves through weights that nobody set.
        versions_kept: Newest versions that a pruner keeps, beside those that an alias names; 0 prunes nothing.
        metrics_late: Until a metric can be read.
        metrics_lost: Whether what the proxy writes reaches no log group.
        role_known: Until Scheduler can assume a new role.
        roles_bounded: Whether nobody may make a role without a permissions boundary.
    """

    lag: float = 0.0
    slow: float = 0.0
    spread: bool = False
    confirms: float = 1.0
    provisioned: bool = False
    versions_kept: int = 0
    metrics_late: float = 0.0
    metrics_lost: bool = False
    role_known: float = 0.0
    roles_bounded: bool = False


KIND = Unkindness()
