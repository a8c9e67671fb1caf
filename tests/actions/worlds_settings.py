"""Worlds of the actions on settings that belong to a version of the function."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.provision_concurrency import ProvisionConcurrency
from lambda_migrate.actions.function.publish_signed_layer import PublishSignedLayer
from lambda_migrate.actions.function.set_runtime_updates import SetRuntimeUpdates
from lambda_migrate.proxy import layer
from tests.actions.stage import MARKER, World
from tests.targets.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

RUNTIMES = "arn:aws:lambda:us-east-1::runtime:"


@dataclass
class RuntimeUpdates(StandIn):
    """Lambda's runtime management, which no emulator has; all other calls of Lambda go on to the embedded AWS.

    Attributes:
        kept: What was put, by function and qualifier.
    """

    services: tuple[str, ...] = ("lambda",)
    kept: dict[str, dict[str, str]] = field(default_factory=dict)

    def _answer(self, model: Any, context: dict[str, Any], **ignored: Any) -> Any:
        here = hasattr(self, f"lambda_{model.name}")
        return super()._answer(model, context, **ignored) if here else None

    def put(self, function: str, qualifier: str, **settings: str) -> None:
        """Set when the runtime of a version is updated."""
        self.kept[f"{function}:{qualifier}"] = settings

    def lambda_GetRuntimeManagementConfig(self, FunctionName: str, Qualifier: str) -> dict[str, Any]:  # noqa: N802, N803
        named = f"{FunctionName}:{Qualifier}"
        arn = f"arn:aws:lambda:us-east-1:000000000000:function:{named}"
        return {"UpdateRuntimeOn": "Auto", "FunctionArn": arn, **self.kept.get(named, {})}

    def lambda_PutRuntimeManagementConfig(  # noqa: N802  # AWS's own
        self,
        FunctionName: str,  # noqa: N803  # AWS's own
        Qualifier: str,  # noqa: N803  # AWS's own
        **settings: str,
    ) -> dict[str, Any]:
        self.put(FunctionName, Qualifier, **settings)
        arn = f"arn:aws:lambda:us-east-1:000000000000:function:{FunctionName}:{Qualifier}"
        return {"FunctionArn": arn, **settings}


def set_runtime_updates(stage: Stage, *, of: str = "$LATEST") -> World:
    stage.function()
    stage.publish("original")
    stage.reconfigure(Timeout=20)
    number = stage.publish("proxy")
    updates = RuntimeUpdates()
    updates.attach(stage.aws)
    before = {"UpdateRuntimeOn": "FunctionUpdate"} if of == "$LATEST" else {"UpdateRuntimeOn": "Auto"}
    qualifier = of if of == "$LATEST" else number
    updates.put(stage.name, qualifier, **before)
    return World(
        SetRuntimeUpdates(
            stage.name, of, before, {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": f"{RUNTIMES}0a1b2c"}
        ),
        documents=lambda: {key: value for key, value in updates.kept.items() if value != {"UpdateRuntimeOn": "Auto"}},
        foreign=lambda: updates.put(stage.name, "1", UpdateRuntimeOn="FunctionUpdate"),
        drift=lambda: updates.put(
            stage.name, qualifier, UpdateRuntimeOn="Manual", RuntimeVersionArn=f"{RUNTIMES}ffffff"
        ),
    )


def provision_concurrency(stage: Stage) -> World:
    stage.function()
    first = stage.publish("original")
    stage.reconfigure(Timeout=20)
    second = stage.publish("proxy")

    def put(version: str, instances: int) -> None:
        stage.lambda_.put_provisioned_concurrency_config(
            FunctionName=stage.name, Qualifier=version, ProvisionedConcurrentExecutions=instances
        )

    def documents() -> dict[str, int]:
        listed = stage.lambda_.list_provisioned_concurrency_configs(FunctionName=stage.name)
        return {
            each["FunctionArn"]: each["RequestedProvisionedConcurrentExecutions"]
            for each in listed["ProvisionedConcurrencyConfigs"]
        }

    put(first, 3)
    return World(
        ProvisionConcurrency(stage.name, "marker:proxy", 3),
        documents=documents,
        foreign=lambda: put(first, 4),
        drift=lambda: put(second, 7),
    )


PROFILE = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/shop/Ab1Cd2Ef3G"


@dataclass
class Signer(StandIn):
    """AWS Signer, which no emulator has, and the signature that Lambda shows of a layer; all else goes on.

    Attributes:
        stage: Whose embedded AWS keeps objects and layers.
        jobs: The signed objects by the ids of jobs, and by the tokens of the requests that began them.
        signed: ARNs of layer versions that were published from a signed object.
    """

    services: tuple[str, ...] = ("signer", "lambda")
    stage: Stage | None = None
    jobs: dict[str, str] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)

    def _answer(self, model: Any, context: dict[str, Any], **ignored: Any) -> Any:
        named = f"{model.service_model.service_name}_{model.name}"
        return super()._answer(model, context, **ignored) if hasattr(self, named) else None

    @property
    def _stage(self) -> Stage:
        assert self.stage is not None
        return self.stage

    def signer_StartSigningJob(  # noqa: N802  # AWS's own
        self,
        source: dict[str, Any],
        destination: dict[str, Any],
        profileName: str,  # noqa: N803  # AWS's own
        clientRequestToken: str,  # noqa: N803  # AWS's own
    ) -> dict[str, Any]:
        assert profileName == "shop"
        taken, put = source["s3"], destination["s3"]
        key = f"{put['prefix']}{clientRequestToken}.zip"
        where = {"Bucket": taken["bucketName"], "Key": taken["key"], "VersionId": taken["version"]}
        self._stage.client("s3").copy_object(Bucket=put["bucketName"], Key=key, CopySource=where)
        self.jobs[clientRequestToken] = key
        return {"jobId": clientRequestToken}

    def signer_DescribeSigningJob(self, jobId: str) -> dict[str, Any]:  # noqa: N802, N803  # AWS's own
        made = {"s3": {"bucketName": self._stage.name, "key": self.jobs[jobId]}}
        return {"jobId": jobId, "status": "Succeeded", "profileVersion": "Ab1Cd2Ef3G", "signedObject": made}

    def lambda_PublishLayerVersion(self, **asked: Any) -> dict[str, Any]:  # noqa: N802  # AWS's own
        content = asked["Content"]
        body = self._stage.client("s3").get_object(Bucket=content["S3Bucket"], Key=content["S3Key"])["Body"].read()
        published = self._stage.lambda_.publish_layer_version(**{**asked, "Content": {"ZipFile": body}})
        self.signed.add(f"{asked['LayerName']}:{published['Version']}")
        return {"LayerVersionArn": published["LayerVersionArn"], "Version": published["Version"]}

    def lambda_GetLayerVersion(self, LayerName: str, VersionNumber: int) -> dict[str, Any]:  # noqa: N802, N803
        self._stage.lambda_.get_layer_version(LayerName=LayerName, VersionNumber=VersionNumber)
        signed = f"{LayerName}:{VersionNumber}" in self.signed
        return {"Content": {"SigningProfileVersionArn": PROFILE} if signed else {}, "Version": VersionNumber}


def publish_signed_layer(stage: Stage) -> World:
    stage.layer("theirs")
    store = stage.client("s3")
    store.create_bucket(Bucket=stage.name)
    store.put_bucket_versioning(Bucket=stage.name, VersioningConfiguration={"Status": "Enabled"})
    Signer(stage=stage).attach(stage.aws)
    return World(
        PublishSignedLayer(stage.name, layer.build().sha256, MARKER, stage.name, PROFILE),
        documents=stage.layers,
        foreign=lambda: stage.layer("theirs too"),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "provision_concurrency": provision_concurrency,
    "publish_signed_layer": publish_signed_layer,
    "set_runtime_updates": set_runtime_updates,
    "set_runtime_updates/version": partial(set_runtime_updates, of="marker:proxy"),
}
