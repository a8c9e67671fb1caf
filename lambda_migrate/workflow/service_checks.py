"""What `verify` proves: the checks of the service, one by one, and what comes of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import GateClosed, Inconclusive
from lambda_migrate.gates import check_failed
from lambda_migrate.render.checks import checks as rendered
from lambda_migrate.render.result import Result
from lambda_migrate.workflow import freeze_guard, verification

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context


def verified(context: Context) -> Result:
    """Prove that the service is healthy, that the proxy reaches it from inside Lambda, and that its metrics arrive.

    Args:
        context: Of the command.
    """
    version = verification.newest_proxy_version(context)
    freeze_guard.warn_of_changes(context)
    checks = list(verification.verified(context, version, arrival=True))
    data = {"checks": [check.to_dict() for check in checks], "proxy_version": version}
    text = rendered(checks, context.paint)
    failed = next((check for check in checks if check.result == "fail"), None)
    if failed:
        error = GateClosed(f"{failed.name}: {failed.detail}", gate=check_failed.NAME, hint=failed.hint)
        return Result(data, text, error=error)
    unproven = next((check for check in checks if check.result == "inconclusive"), None)
    if unproven:
        return Result(data, text, error=Inconclusive(f"{unproven.name}: {unproven.detail}", hint=unproven.hint))
    stands = context.status()
    following = stands.next if stands.ended else ("cutover",) if version else ("plan",)
    return Result(data, text, following)
