"""A service that its team deploys in its own way: what is said where it is not well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.aws.session import Aws
from lambda_migrate.errors import MigrateError
from lambda_migrate.targets import TARGETS, Deployment, url
from lambda_migrate.workflow.service import DeploymentWatch

if TYPE_CHECKING:
    from pathlib import Path


def test_where_to_look_is_where_it_was_deployed(tmp_path: Path) -> None:
    deployment = Deployment("orders", tmp_path, tmp_path, url="http://127.0.0.1:9")
    watched = DeploymentWatch(
        TARGETS[url.KIND], Aws(region="eu-west-1"), deployment, url.Settings(wait=1.0), pause=lambda _seconds: None
    )

    with pytest.raises(MigrateError) as raised:
        watched.await_healthy()

    assert raised.value.message.startswith("the service is unhealthy after 1 s: http://127.0.0.1:9/healthz cannot be")
    assert raised.value.hint == "look at it where you deployed it, or name another `service.url`, then run this again"
