"""An image of another account: read there, put here, and allowed in both places."""

from __future__ import annotations

from typing import Any

from lambda_migrate.actions.ecr.copy_image import CopyImage
from lambda_migrate.aws.permissions import Place, permissions
from tests.inventory.fake_aws import FakeAws
from tests.support.images import DOCKER, Recipe

OTHER = "999999999999"
BUILT = Recipe([{"var/task/app.py": b"..."}]).build()
COPY = CopyImage(f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com/their/orders", "orders", BUILT.digest, "kept")


def test_it_is_read_in_the_other_registry_and_what_is_here_already_is_not_sent() -> None:
    asked: list[tuple[str, str, str]] = []

    def answer(name: str, given: Any) -> Any:
        def answered(**parameters: Any) -> Any:
            asked.append((name, parameters["repositoryName"], parameters.get("registryId", "ours")))
            return given

        return answered

    image = {
        "imageId": {"imageDigest": BUILT.digest},
        "imageManifest": BUILT.manifest.decode(),
        "imageManifestMediaType": DOCKER,
    }
    available = {"layers": [{"layerAvailability": "AVAILABLE"}]}
    answers = {"batch_get_image": {"images": [image]}, "batch_check_layer_availability": available, "put_image": {}}
    aws: Any = FakeAws({f"ecr:{name}": answer(name, given) for name, given in answers.items()})

    COPY.apply(aws)

    assert asked == [
        ("batch_get_image", "their/orders", OTHER),
        ("batch_check_layer_availability", "orders", "ours"),
        ("batch_check_layer_availability", "orders", "ours"),
        ("put_image", "orders", "ours"),
    ]


def test_a_policy_for_it_names_both_repositories() -> None:
    place = Place("aws", "eu-west-1", "123456789012")

    resources = {each.resource for call in COPY.aws_calls() for each in permissions(call, place)}

    assert resources == {
        f"arn:aws:ecr:eu-west-1:{OTHER}:repository/their/orders",
        "arn:aws:ecr:eu-west-1:123456789012:repository/orders",
    }
