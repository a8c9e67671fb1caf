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


def asked(weights: tuple[int, ...]) -> list[int]:
    """Return the shares before the whole."""
    return [each for each in weights if each < WHOLE]


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
    """Return what takes an origin to the service share by share.

    Args:
        trigger: The origin.
        weights: Percent of its requests, step by step.
        leads: Where it leads, before and after, as :class:`ShareOrigin` has them.
        secrets: As there.
        counted: What counts its requests.
    """
    settings, shares = trigger.settings, asked(weights)
    functions = _functions(settings)
    made = [
        CreateViewerFunction(f"{functions.last}-{share}", beside(settings.origin), share)
        for share in dict.fromkeys(shares)
    ]
    return Repoint(
        tuple(_steps(settings, shares, leads, secrets, counted)),
        preparation=tuple(
            Step("", each, f"for {each.percent} % of {trigger.name}, no behavior runs it") for each in made
        ),
        afterwards=tuple(
            Step("", RemoveLeftover(action_to_dict(each)), "no behavior runs it any more") for each in made
        ),
    )


def _functions(settings: Settings) -> Arn:
    """Return how the ARNs of the functions begin: the same at every run, at most 64 characters of a name."""
    name = f"lambda-migrate-{settings.distribution}-{sha256([settings.origin])[:8]}"
    return Arn.parse(settings.source).sibling("cloudfront", f"function/{name}")


def _steps(
    settings: Settings,
    shares: list[int],
    leads: Mapping[str, dict[str, Any]],
    secrets: Mapping[str, str],
    counted: SourceMetrics,
) -> Iterator[Step]:
    stands = 0
    for share in (*shares, WHOLE):
        action = ShareOrigin(
            settings.distribution,
            stands,
            share,
            settings.origin,
            {FUNCTION: leads[FUNCTION], SERVICE: leads[SERVICE]},
            settings.paths,
            str(_functions(settings)),
            dict(secrets),
        )
        whole = share == WHOLE
        why = "all its requests go straight to the service" if whole else f"{share} % go straight to the service"
        yield Step("", action, why, source_metrics=(counted,))
        stands = share
