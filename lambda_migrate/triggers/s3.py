"""Notifications of S3 buckets.

All notifications of a bucket are one document. One entry of it is changed, by its id, and the rest goes back as it was
read; two entries may name the same function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.s3.point_notification import PRINCIPAL, PointNotification
from lambda_migrate.engine.plan import Step
from lambda_migrate.function.policy import permits
from lambda_migrate.gates import caller_not_permitted
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers import base
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "s3"
LABEL = "S3 bucket"
TRAFFIC = "events"
FOUND = "the permission, and the bucket's notifications; all buckets where the permission names none"
PRINCIPALS = (PRINCIPAL,)
ALIAS = "the notification's function is replaced under its own id, with all others of the bucket as they were"
STAYS = "S3 sends to functions, queues, topics and EventBridge, not to an address"
BACK = "the function is put back under the same id; all else of the bucket goes along as it is then"
TWICE = "nothing of the change itself; S3 sends an event twice now and then, as ever"
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
