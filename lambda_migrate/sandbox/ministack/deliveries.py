"""What the sandbox adds to MiniStack's deliveries: from SNS, EventBridge and HTTP APIs to functions and services.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`.

- **Permissions.** A function is invoked only if the policy of the qualifier that was asked for lets the caller.
- **SNS and EventBridge invoke asynchronously**, with the retries and the dead-letter queue of that. What SNS cannot
  deliver goes to the dead-letter queue of the subscription.
- **Unconfirmed subscriptions** are listed as ``PendingConfirmation``; subscribing once more asks once more.
- **HTTP deliveries are retried** each second: API destinations survive a service that restarts, SNS subscriptions as
  often as their delivery policy says, three times without one.
- **HTTP proxy integrations** answer with the status, headers and body of the service, follow no redirects, and honour
  ``overwrite:path``.
- **Schedules** are looked at each second, not each ten, and a minute of ``rate()`` is 6 s. EventBridge Scheduler
  invokes with its role; no policy of the function is asked.
  Universal targets: :mod:`lambda_migrate.sandbox.ministack.universal_targets`.
- **Metrics** of all of these, as the source publishes them: :mod:`lambda_migrate.sandbox.ministack.metrics`.
"""

from __future__ import annotations

from lambda_migrate.sandbox.ministack import (
    event_deliveries,
    http_api_integrations,
    metrics,
    sns_deliveries,
    universal_targets,
)


def install() -> None:
    """Add everything to the MiniStack of this process."""
    sns_deliveries.install()
    event_deliveries.install()
    http_api_integrations.install()
    universal_targets.install()
    metrics.install()
