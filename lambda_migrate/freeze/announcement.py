"""What everybody who deploys the function is told: Markdown for people, JSON for a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_migrate.config import Freeze
    from lambda_migrate.freeze.snapshot import Snapshot

FILE = "FREEZE.md"

_TEMPLATE = """\
# Code freeze: `{function}`

**From {began} {until}, nobody deploys or reconfigures `{function}`** (account {account}, {region}).

## Why

The function moves off Lambda, onto a service. Its code was lifted into the service's repository; a change that is made
to the function now would be missing there, and would be lost when traffic moves.

## What that means

- No new code, configuration, layers, permissions or aliases for `{function}`, by hand or by a pipeline.
- Changes that can wait go into the service's repository (`{directory}`), not into the function's.
- Callers notice nothing: until traffic moves, step by step, the function answers as it always has.

## An urgent fix

{urgent}

Whoever migrates then runs `lambda-migrate freeze --refresh`, which takes the fix into the service as well.

## Whom to ask

{contact}

## What is frozen

| what | how it stands |
| --- | --- |
| code | `{code}` |
| configuration | `{configuration}` |
| layers | {layers} |
| role | `{role}` |
| aliases | {aliases} |

Every step of the migration looks whether this still holds, and names who changed it where it does not.
"""


def announcement(
    settings: Freeze, snapshot: Snapshot, *, function: str, account: str, region: str, began: str, directory: str
) -> str:
    """Return the announcement as Markdown.

    Args:
        settings: The `freeze` block of migration.yaml.
        snapshot: What is frozen.
        function: The function's name.
        account: Its account.
        region: Its region.
        began: When the freeze begins, ISO 8601.
        directory: Where the service's repository is.
    """
    contact = settings.contact or "Whoever runs the migration; nobody is named in migration.yaml (`freeze.contact`)."
    urgent = settings.urgent or f"Ask first: {settings.contact}." if settings.contact else settings.urgent
    aliases = ", ".join(f"`{name}` on version {each['version']}" for name, each in sorted(snapshot.aliases.items()))
    return _TEMPLATE.format(
        function=function,
        account=account,
        region=region,
        began=began[:16].replace("T", " ") + " UTC",
        until=f"until {settings.until:%Y-%m-%d}" if settings.until else "until the migration is done",
        directory=directory,
        urgent=urgent or "Deploy it to the function as always, and tell whoever runs the migration at once.",
        contact=contact,
        code=snapshot.code_sha256,
        configuration=snapshot.configuration_sha256[:16],
        layers=", ".join(f"`{arn}`" for arn in snapshot.layers) or "none",
        role=snapshot.role,
        aliases=aliases or "none",
    )


def over(function: str, at: str) -> str:
    """Return what stands in place of the announcement once the freeze has ended, as Markdown."""
    ended = at[:16].replace("T", " ")
    return f"# Code freeze: `{function}`\n\n**The code freeze of `{function}` is over since {ended} UTC.**\n"


def message(settings: Freeze, *, function: str, began: str, lifted: bool = False) -> dict[str, str]:
    """Return what is posted to the webhook: a line or two as ``text``, and the facts."""
    if lifted:
        return {"text": f"The code freeze of {function} is over.", "function": function, "event": "freeze-lifted"}
    until = f"until {settings.until:%Y-%m-%d}" if settings.until else "until the migration is done"
    lines = [
        f"Code freeze: nobody deploys {function} from {began[:16].replace('T', ' ')} UTC {until}.",
        "It moves off Lambda, onto a service; a change made to the function now would be lost.",
        f"Urgent fixes: {settings.urgent}" if settings.urgent else "",
        f"Questions: {settings.contact}" if settings.contact else "",
    ]
    return {
        "text": "\n".join(line for line in lines if line),
        "function": function,
        "event": "freeze",
        "from": began,
        "until": settings.until.isoformat() if settings.until else "",
        "contact": settings.contact,
    }
