"""What comes of AWS Signer where it cannot sign, or signs what the function would not take."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from lambda_migrate.actions import action_from_dict, action_to_dict
from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.function.publish_signed_layer import PublishSignedLayer
from lambda_migrate.errors import MigrateError, StalePlan
from lambda_migrate.proxy import layer
from tests.inventory.fake_aws import FakeAws

PROFILE = "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/shop/Ab1Cd2Ef3G"
DONE = {"status": "Succeeded", "profileVersion": "Ab1Cd2Ef3G", "signedObject": {"s3": {"bucketName": "b", "key": "k"}}}


@dataclass
class Account(FakeAws):
    """An account with a bucket and Signer; waiting takes no time."""

    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def publish(version: str | None, *jobs: dict[str, Any], sha256: str = "") -> Account:
    """Publish the layer; return what was called."""
    shown = iter(jobs)
    last = jobs[-1] if jobs else {}
    aws = Account(
        {
            "s3:put_object": {"VersionId": version} if version else {},
            "signer:start_signing_job": {"jobId": "j1"},
            "signer:describe_signing_job": lambda **_asked: next(shown, last),
            "lambda:publish_layer_version": {},
        }
    )
    PublishSignedLayer("lm", sha256 or layer.build().sha256, "marker", "signing", PROFILE).apply(aws)  # type: ignore[arg-type]
    return aws


def test_the_layer_is_published_once_signer_is_done() -> None:
    aws = publish("v1", {"status": "InProgress"}, {"status": "InProgress"}, DONE)

    assert aws.calls == [
        "s3:put_object",
        "signer:start_signing_job",
        *["signer:describe_signing_job"] * 3,
        "lambda:publish_layer_version",
    ]


@pytest.mark.parametrize(
    ("version", "job", "message"),
    [
        (None, {}, "bucket `signing` keeps no versions"),
        ("null", {}, "bucket `signing` keeps no versions"),
        ("v1", {"status": "Failed", "statusReason": "no right to the profile"}, "no right to the profile"),
        ("v1", {"status": "InProgress"}, "it is InProgress after"),
        ("v1", {**DONE, "profileVersion": "Zz9Zz9Zz9Z"}, "version Zz9Zz9Zz9Z of profile `shop`"),
    ],
    ids=["no versions", "versions switched off", "failed", "never done", "another version of the profile"],
)
def test_what_is_not_signed_for_the_function_is_not_published(
    version: str | None, job: dict[str, Any], message: str
) -> None:
    with pytest.raises(MigrateError, match=message) as error:
        publish(version, job)

    assert error.value.hint


def test_any_version_of_the_profile_that_the_function_takes_will_do() -> None:
    newer = PROFILE.replace("Ab1Cd2Ef3G", "Zz9Zz9Zz9Z")
    action = PublishSignedLayer("lm", layer.build().sha256, "marker", "signing", PROFILE, (newer,))
    signed = {"Content": {"SigningProfileVersionArn": newer}}
    listed = {"LayerVersions": [{"Version": 1, "Description": "marker"}]}
    aws: Any = Account(
        {
            "s3:put_object": {"VersionId": "v1"},
            "signer:start_signing_job": {"jobId": "j1"},
            "signer:describe_signing_job": {**DONE, "profileVersion": "Zz9Zz9Zz9Z"},
            "lambda:publish_layer_version": {},
            "lambda:list_layer_versions": listed,
            "lambda:get_layer_version": signed,
        }
    )

    action.apply(aws)

    assert action.observe(aws) is Observed.AFTER
    assert action_from_dict(json.loads(json.dumps(action_to_dict(action)))) == action


def test_another_layer_than_the_plan_was_made_with_is_not_signed() -> None:
    with pytest.raises(StalePlan):
        publish("v1", DONE, sha256="c0de")
