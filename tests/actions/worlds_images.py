"""Worlds of the actions on container images, and on functions that run them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.ecr.copy_image import CopyImage
from lambda_migrate.actions.ecr.push_image import PushImage
from lambda_migrate.actions.ecr.tag_image import TagImage
from lambda_migrate.actions.function.configure_image import ConfigureImage
from lambda_migrate.actions.function.point_image import PointImage
from lambda_migrate.actions.function.restore_image import RestoreImage
from lambda_migrate.proxy import image, layer
from tests.actions.stage import PRIVATE, SECRET, SETTINGS, World
from tests.support.images import DOCKER, Built, Recipe, push
from tests.targets.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

CODE = {"var/task/app.py": b"def handler(event, context): return 'original'\n"}
OTHER = {"var/task/app.py": b"def handler(event, context): return 'other'\n"}
TAG = "lambda-migrate-orders-proxy-0123456789ab"
ORIGINAL = Recipe([CODE]).build()


@dataclass
class Repository:
    """A repository of the stage, with an image in it that somebody deployed."""

    stage: Stage
    uri: str = ""
    built: Built = ORIGINAL

    def __post_init__(self) -> None:
        StandIn.detach(self.stage.aws, "ecr")
        self.uri = self.push(self.built, "v1").partition("@")[0]

    @property
    def ecr(self) -> Any:
        return self.stage.client("ecr")

    @property
    def name(self) -> str:
        return self.stage.name

    def push(self, built: Built, tag: str) -> str:
        return push(self.ecr, self.name, built, tag)

    def images(self) -> Any:
        """Return digests and tags, and the lifecycle of nothing else."""
        details = self.ecr.describe_images(repositoryName=self.name)["imageDetails"]
        return {each["imageDigest"]: sorted(each.get("imageTags", [])) for each in details}


def tag_image(stage: Stage) -> World:
    repository = Repository(stage)
    other = Recipe([OTHER]).build()
    repository.push(other, "v2")
    return World(
        TagImage(repository.name, ORIGINAL.digest, TAG),
        documents=repository.images,
        foreign=lambda: repository.push(other, "theirs"),
        drift=lambda: repository.push(other, TAG),
    )


def push_image(stage: Stage) -> World:
    repository = Repository(stage)
    made = image.derive(ORIGINAL.manifest.decode(), DOCKER, ORIGINAL.config.decode(), on_path=True)
    return World(
        PushImage(repository.name, ORIGINAL.digest, made.digest, TAG, on_path=True),
        documents=repository.images,
        foreign=lambda: repository.push(ORIGINAL, "theirs"),
        drift=lambda: repository.push(Recipe([OTHER]).build(), TAG),
    )


def copy_image(stage: Stage) -> World:
    theirs = f"{stage.name}-theirs"
    source = push(stage.client("ecr"), theirs, ORIGINAL, "v1").partition("@")[0]
    repository = Repository(stage, built=Recipe([OTHER]).build())
    return World(
        CopyImage(source, repository.name, ORIGINAL.digest, TAG),
        documents=repository.images,
        foreign=lambda: repository.push(Recipe([OTHER]).build(), "theirs"),
        drift=lambda: repository.push(Recipe([OTHER]).build(), TAG),
    )


def _function(stage: Stage, built: Built = ORIGINAL, **overrides: Any) -> str:
    """Make a function that runs an image; return the repository with its registry."""
    uri = push(stage.client("ecr"), stage.name, built, "v1")
    variables = {"TABLE": "orders", "PASSWORD": PRIVATE, "PYTHONPATH": "/app"}
    stage.lambda_.create_function(
        **{
            "FunctionName": stage.name,
            "Role": f"arn:aws:iam::000000000000:role/{stage.name}",
            "PackageType": "Image",
            "Code": {"ImageUri": uri},
            "Environment": {"Variables": variables},
        }
        | overrides
    )
    waiter = stage.lambda_.get_waiter("function_active_v2")
    waiter.wait(FunctionName=stage.name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    return uri.partition("@")[0]


def _deploy(stage: Stage, uri: str) -> None:
    stage.lambda_.update_function_code(FunctionName=stage.name, ImageUri=uri)
    waiter = stage.lambda_.get_waiter("function_updated_v2")
    waiter.wait(FunctionName=stage.name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})


def point_image(stage: Stage) -> World:
    repository = _function(stage)
    ecr = stage.client("ecr")
    after = Recipe([CODE, {"opt/python/more.py": b"more"}]).build()
    push(ecr, stage.name, after, "derived")
    other = push(ecr, stage.name, Recipe([OTHER]).build(), "other")
    return World(
        PointImage(stage.name, repository, ORIGINAL.digest, after.digest),
        documents=stage.latest,
        foreign=lambda: stage.reconfigure(Timeout=42, Description="theirs"),
        drift=lambda: _deploy(stage, other),
    )


def _started(stage: Stage, kind: type[Any], **overrides: Any) -> World:
    _function(stage, **overrides)
    before = overrides.get("ImageConfig", {})
    after = {**before, "Command": [layer.HANDLER]}

    def latest() -> Any:
        configuration = stage.latest()
        told = configuration.pop("ImageConfigResponse", {}).get("ImageConfig") or {}
        return {**configuration, "overridden": {name: value for name, value in told.items() if value}}

    return World(
        kind(stage.name, before, after, SETTINGS, stage.secret(SECRET), stage.environment_sha256()),
        documents=latest,
        foreign=lambda: stage.reconfigure(Timeout=42, Description="theirs"),
        drift=lambda: stage.reconfigure(ImageConfig={"Command": ["other.handler"]}),
    )


def configure_image(stage: Stage) -> World:
    return _started(stage, ConfigureImage)


def configure_image_that_overrides(stage: Stage) -> World:
    return _started(stage, ConfigureImage, ImageConfig={"Command": ["app.handler"], "WorkingDirectory": "/var/task"})


def restore_image(stage: Stage) -> World:
    world = _started(stage, RestoreImage)
    world.action.undo(stage.aws)
    return world


WORLDS: dict[str, Callable[[Stage], World]] = {
    "tag_image": tag_image,
    "push_image": push_image,
    "copy_image": copy_image,
    "point_image": point_image,
    "configure_image": configure_image,
    "configure_image/overriding": configure_image_that_overrides,
    "restore_image": restore_image,
}
