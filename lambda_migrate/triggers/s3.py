"""Notifications of S3 buckets.

All notifications of a bucket are one document. One entry of it is changed, by its id, and the rest goes back as it was
read; two entries may name the same function.

Straight to the service means a queue that it consumes: S3 writes into it what it sends to a function, byte for byte.
EventBridge would get these events in another form (keys are decoded, the id of the notification and the bucket's owner
are missing), which the function's handler does not know; that way is not taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lambda_migrate.actions.s3.point_notification import PRINCIPAL, PointNotification, queue_refusal
from lambda_migrate.engine.plan import Step
from lambda_migrate.function.policy import permits
from lambda_migrate.gates import caller_not_permitted
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base, service_queue
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Service
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.source_metrics import SourceMetrics
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Destination, Trigger

KIND = "s3"
LABEL = "S3 bucket"
TRAFFIC = "events"
FOUND = "the permission, and the bucket's notifications; all buckets where the permission names none"
PRINCIPALS = (PRINCIPAL,)
ALIAS = "the notification's function is replaced under its own id, with all others of the bucket as they were"
SERVICE = "the notification goes to a queue that the service consumes, if `service.s3_queues` names one for the bucket"
STAYS = "S3 cannot send to a URL; name a queue of the service for the bucket in `service.s3_queues`"
COUNTED = service_queue.COUNTED
FAILING = service_queue.FAILING
BACK = "the function is put back under the same id; all else of the bucket goes along as it is then"
TWICE = "nothing because of the change; S3 sends some events twice, and a queue delivers at least once, as always"
CALLS = service_queue.CALLS
"""What it calls itself, from which the policies of IAM are made."""

PROPAGATION = 300.0
"""A change of notifications takes up to five minutes ("Enabling notifications", S3 user guide)."""

SETTLES = PROPAGATION


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a notification.

    Attributes:
        bucket: The bucket's name.
        owner: The account that owns it.
        notification: The notification's id.
        function: The ARN that it invokes, as it stands there.
    """

    bucket: str
    owner: str
    notification: str
    function: str


def physical_id(trigger: Trigger[Settings]) -> str:
    """Return what CloudFormation calls the bucket: its name."""
    return trigger.settings.bucket


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the notification's function by the alias."""
    settings, after = trigger.settings, function.qualified_arn(alias)
    copied = [each for name in ("", alias) if name in function.qualified for each in function.qualified[name].policy]
    blockers: tuple[Blocker, ...] = ()
    if not permits(copied, PRINCIPAL, settings.source, settings.owner):
        text = f"S3 may invoke neither the function nor alias `{alias}` for bucket `{trigger.name}`"
        statement = f"give the function a statement for {PRINCIPAL} with source {settings.source}"
        blockers = (closed(caller_not_permitted, f"{text}; {statement}", trigger.name, acceptable=False),)
    action = PointNotification(settings.bucket, settings.function, after, settings.owner, settings.notification)
    return Repoint((Step("", action, "its events reach the alias", propagation=PROPAGATION),), blockers)


def look_up(
    aws: Aws, _function: Function, service: Service, triggers: Sequence[Trigger[Settings]] = ()
) -> dict[str, str]:
    """Return what is to be known of the queues that are named for the buckets.

    Args:
        aws: Where to look; reads only.
        service: Names the queues.
        triggers: The notifications.
    """
    looked: dict[str, str] = {}
    for trigger in triggers:
        queue = service.s3_queues.get(trigger.name)
        if queue:
            refusal = partial(queue_refusal, queue=queue, bucket=trigger.settings.source, owner=trigger.settings.owner)
            looked |= service_queue.look_at(aws, trigger.name, queue, refusal)
    return looked


def to_service(trigger: Trigger[Settings], function: Function, destination: Destination) -> Repoint | None:
    """Send the notification to the queue that is named for the bucket; without one it stays on the alias."""
    queue = service_queue.named(destination, trigger)
    if not queue:
        return None
    settings, caller = trigger.settings, f"bucket `{trigger.name}`"
    action = PointNotification(settings.bucket, settings.function, queue, settings.owner, settings.notification)
    step = Step("", action, "its events wait in the service's queue", propagation=PROPAGATION)
    late = "takes up to five minutes to reach all of S3, and until then events go the old way or the new one"
    warnings = (f"a change of the notifications of {caller} {late}",)
    return service_queue.moved(trigger, step, function, destination, caller=caller, warnings=warnings)


def source_metrics(_trigger: Trigger[Settings]) -> SourceMetrics | None:
    """Return nothing: S3 counts no notifications; the queue does, see :func:`to_service`."""
    return None
