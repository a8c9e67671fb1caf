"""EC2 instances as a service runs on them: what they have for long, and what they cost by the hour."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from lambda_migrate.errors import ConfigError


@dataclass(frozen=True)
class Instance:
    """A type of instance.

    Attributes:
        name: ``t3.small``.
        vcpu: Processors that it has for as long as it runs: of a burstable type its baseline ("Key concepts for
            burstable performance instances", EC2 user guide).
        memory: GB.
        hourly: US dollars an hour on demand, Linux.
        arm: Whether it is arm64.
        listed: Whether the Price List API said the price; else it is the table's.
    """

    name: str
    vcpu: float
    memory: float
    hourly: float
    arm: bool = False
    listed: bool = False


KNOWN = {
    each.name: each
    for each in (
        Instance("t3.micro", 0.2, 1, 0.0104),
        Instance("t3.small", 0.4, 2, 0.0208),
        Instance("t3.medium", 0.4, 4, 0.0416),
        Instance("t3.large", 0.6, 8, 0.0832),
        Instance("t4g.micro", 0.2, 1, 0.0084, arm=True),
        Instance("t4g.small", 0.4, 2, 0.0168, arm=True),
        Instance("t4g.medium", 0.4, 4, 0.0336, arm=True),
        Instance("t4g.large", 0.6, 8, 0.0672, arm=True),
        Instance("c6g.large", 2, 4, 0.068, arm=True),
        Instance("c6i.large", 2, 4, 0.085),
        Instance("m6g.large", 2, 8, 0.077, arm=True),
        Instance("m6i.large", 2, 8, 0.096),
    )
}
"""Those that a small service runs on, with the prices of us-east-1, 2026-06."""


def instance(name: str) -> Instance:
    """Return a type of instance.

    Raises:
        ConfigError: It is not one that is known here.
    """
    if name not in KNOWN:
        near = get_close_matches(name, KNOWN, 1)
        hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(KNOWN)}"
        raise ConfigError(f"`--instance {name}`: its processors and price are not known here", hint=hint)
    return KNOWN[name]
