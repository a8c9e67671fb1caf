"""CloudFront's distributions, all of them: CloudFront has no index of what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws


def listed(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every distribution of the account, as ListDistributions shows it."""
    marker: str | None = None
    while True:
        page = aws.call("cloudfront", "list_distributions", Marker=marker).get("DistributionList") or {}
        yield from page.get("Items") or ()
        marker = page.get("NextMarker")
        if not marker:
            return
