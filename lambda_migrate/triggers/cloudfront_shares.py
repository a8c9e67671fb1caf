"""A distribution that sends a growing share of an origin's requests to the service: by functions of CloudFront.

CloudFront has two means for that. A staging distribution takes 15 % of the requests at most, and no other distribution
can be staged meanwhile. A function that runs for each viewer request may select another origin of the distribution
("Helper methods for origin modification", CloudFront guide), for any share of them.

Each share has a function of its own, whose code says the share, so that a change of the share is one write of the
distribution, and so is the way back from any of them. A share in a key value store could change without one. But what
writes to a store has to sign by SigV4A, for which botocore needs a package with native code (`awscrt`), and which does
not take the credentials of a role from the global endpoint of STS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions import action_to_dict
from lambda_migrate.actions.cloudfront.create_viewer_function import CreateViewerFunction
from lambda_migrate.actions.cloudfront.share_origin import FUNCTION, SERVICE, WHOLE, ShareOrigin, beside
from lambda_migrate.actions.remove_leftover import RemoveLeftover
from lambda_migrate.aws.arn import Arn
from lambda_migrate.engine.plan import Step
from lambda_migrate.hashing import sha256
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.triggers.base import Trigger
    from lambda_migrate.triggers.cloudfront import Settings

VIEWER_REQUEST = "viewer-request"


def asked(weights: tuple[int, ...], stands: int = 0) -> list[int]:
    """Return the shares before the whole that are still to come where one stands already."""
    return [each for each in weights if stands < each < WHOLE]


def standing(function: str, distribution: str, origin: str) -> int:
    """Return the share that a viewer function of ours sends to the service; 0 for a function of somebody else.

    Args:
        function: ARN of the function.
        distribution: ARN of the distribution that runs it.
        origin: Id of the origin that is shared.
    """
    prefix, _, share = function.rpartition("-")
    if prefix != str(_functions(distribution, origin)) or not (share.isascii() and share.isdigit()):
        return 0
    return int(share) if int(share) < WHOLE else 0


def impossible(settings: Settings) -> str:
    """Return why the requests of an origin cannot go a share at a time, one clause; "" where they can."""
    if settings.grouped:
        return f"origin `{settings.origin}` is in an origin group, which a viewer function would go around"
    if settings.taken:
        named = ", ".join(f"`{path}`" for path in settings.taken)
        return f"{named} run a viewer function already, and a behavior runs one"
    return ""


def repoint(
    trigger: Trigger[Settings],
    weights: tuple[int, ...],
    leads: Mapping[str, dict[str, Any]],
    secrets: Mapping[str, str],
    counted: SourceMetrics,
) -> Repoint:
    """Return what takes an origin to the service share by share, from the share where an earlier run has left it.

    Args:
        trigger: The origin.
        weights: Percent of its requests, step by step.
        leads: Where it leads, before and after, as :class:`ShareOrigin` has them.
        secrets: As there.
        counted: What counts its requests.
    """
    settings = trigger.settings
    shares, functions = asked(weights, settings.share), _functions(settings.source, settings.origin)
    made = [
        CreateViewerFunction(f"{functions.last}-{share}", beside(settings.origin), share)
        for share in dict.fromkeys(shares)
    ]
    left = settings.share
    earlier = [CreateViewerFunction(f"{functions.last}-{left}", beside(settings.origin), left)] if left else []
    return Repoint(
        tuple(_steps(settings, shares, leads, secrets, counted)),
        preparation=tuple(
            Step("", each, f"for {each.percent} % of {trigger.name}, no behavior runs it") for each in made
        ),
        afterwards=tuple(
            Step("", RemoveLeftover(action_to_dict(each)), "no behavior runs it any more") for each in (*earlier, *made)
        ),
    )


def _functions(distribution: str, origin: str) -> Arn:
    """Return how the ARNs of the functions begin: the same at every run, at most 64 characters of a name."""
    arn = Arn.parse(distribution)
    return arn.sibling("cloudfront", f"function/lambda-migrate-{arn.last}-{sha256([origin])[:8]}")


def _steps(
    settings: Settings,
    shares: list[int],
    leads: Mapping[str, dict[str, Any]],
    secrets: Mapping[str, str],
    counted: SourceMetrics,
) -> Iterator[Step]:
    stands = settings.share
    for share in (*shares, WHOLE):
        action = ShareOrigin(
            settings.distribution,
            stands,
            share,
            settings.origin,
            {FUNCTION: leads[FUNCTION], SERVICE: leads[SERVICE]},
            settings.paths,
            str(_functions(settings.source, settings.origin)),
            dict(secrets),
        )
        whole = share == WHOLE
        why = "all its requests go straight to the service" if whole else f"{share} % go straight to the service"
        yield Step("", action, why, source_metrics=(counted,))
        stands = share
