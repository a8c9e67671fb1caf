"""What becomes of a function's settings: the page, the table and the code say the same, and AWS's model is covered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import botocore.session
import pytest

from lambda_migrate.function import documents
from lambda_migrate.function.documentation import document
from lambda_migrate.function.settings import BESIDE_IT, COPIED, KNOWN, OF_A_VERSION
from lambda_migrate.gates import GATES
from tests.inventory.fake_aws import configuration
from tests.inventory.taking import fake, take

ROOT = Path(__file__).parents[2]
MODEL = botocore.session.get_session().get_service_model("lambda")

SET: dict[str, Any] = {
    "CodeSha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFA=",
    "PackageType": "Image",
    "Runtime": "python3.13",
    "Architectures": ["x86_64"],
    "Role": "arn:aws:iam::123456789012:role/other",
    "KMSKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/0a1b",
    "Timeout": 31,
    "MemorySize": 512,
    "EphemeralStorage": {"Size": 1024},
    "VpcConfig": {"VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "Ipv6AllowedForDualStack": True},
    "FileSystemConfigs": [
        {
            "Arn": "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1",
            "LocalMountPath": "/mnt/models",
        }
    ],
    "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead"},
    "TracingConfig": {"Mode": "Active"},
    "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO"},
    "SnapStart": {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"},
    "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"},
    "DurableConfig": {"ExecutionTimeout": 60},
    "CapacityProviderConfig": {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": "arn:cp"}},
}
"""Another value for each setting that is copied."""
PATCHED = {"RuntimeVersionConfig"}
"""What Lambda changes by itself, so that it tells nobody apart."""


def test_every_setting_of_aws_has_its_row() -> None:
    members = set(MODEL.shape_for("FunctionConfiguration").members)
    put = {name.removeprefix("Put") for name in MODEL.operation_names if name.startswith("Put")}

    assert members - KNOWN == set()
    assert put - {each.name for each in BESIDE_IT} == set()


def test_the_page_is_current_and_names_gates_that_exist() -> None:
    page = ROOT / "docs" / "function-settings.md"

    assert page.read_text(encoding="utf-8") == document(), (
        "run `python -m lambda_migrate.function.documentation docs/function-settings.md`"
    )
    asked = [word for each in (*OF_A_VERSION, *BESIDE_IT) for word in each.how.split("`")[1::2] if "-" in word]
    assert set(asked) - {"--weights 100"} <= set(GATES)


@pytest.mark.parametrize("name", sorted({*COPIED, *SET} - PATCHED))
def test_what_is_copied_tells_versions_apart(name: str) -> None:
    """A version whose setting is not that of `$LATEST` is never taken for the original."""
    one, other = configuration(), configuration(**{name: SET[name]})

    assert documents.function(one).configuration_sha256 != documents.function(other).configuration_sha256
    assert documents.differing(one, other) == [name]
    assert documents.function(other).configuration_sha256 == documents.version(other).configuration_sha256


def test_a_setting_that_is_not_known_is_told() -> None:
    told = take(fake(QuantumConfig={"Qubits": 3}))

    assert told.function.unknown == ("QuantumConfig",)
    assert told.warnings == (
        "setting `QuantumConfig` is new to lambda-migrate: versions get it; the service may need it too",
    )
