"""What an inventory reads of a function beside its configuration: its runtime's version, whose signatures it takes."""

from __future__ import annotations

import pytest

from lambda_migrate.inventory import Inventory
from tests.inventory.fake_aws import FUNCTION
from tests.inventory.taking import fake, take

ARN_OF_RUNTIME = "arn:aws:lambda:eu-west-1::runtime:0a1b2c"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ({"UpdateRuntimeOn": "Auto"}, ""),
        ({"UpdateRuntimeOn": "FunctionUpdate"}, ARN_OF_RUNTIME),
        ({"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": "arn:aws:lambda:eu-west-1::runtime:ffff"}, "…:ffff"),
    ],
)
def test_the_runtime_is_known_where_lambda_does_not_update_it(answer: dict[str, str], kept: str) -> None:
    aws = fake(RuntimeVersionConfig={"RuntimeVersionArn": ARN_OF_RUNTIME})
    aws.answers["lambda:get_runtime_management_config"] = answer

    function = take(aws).function

    assert function.runtime_updates == answer["UpdateRuntimeOn"]
    assert function.runtime_version == kept.replace("…", "arn:aws:lambda:eu-west-1::runtime")


PROFILE = "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/shop/Ab1"


@pytest.mark.parametrize(("policy", "signed"), [("Enforce", ("of the profile",)), ("Warn", ())])
def test_whose_signature_the_function_takes_and_which_layers_have_it(policy: str, signed: tuple[str, ...]) -> None:
    aws = fake()
    aws.answers["lambda:get_function_code_signing_config"] = {"CodeSigningConfigArn": "arn:signing"}
    aws.answers["lambda:get_code_signing_config"] = {
        "CodeSigningConfig": {
            "AllowedPublishers": {"SigningProfileVersionArns": [PROFILE]},
            "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": policy},
        }
    }
    listed = {"arn:1": "not signed", "arn:2": "of the profile", "arn:3": "of another"}
    versions = [{"LayerVersionArn": arn, "Description": each} for arn, each in listed.items()]
    aws.answers["lambda:list_layer_versions"] = {"LayerVersions": versions}
    by = {"arn:2": PROFILE, "arn:3": f"{PROFILE}2"}
    aws.answers["lambda:get_layer_version_by_arn"] = lambda **asked: {
        "Content": {"SigningProfileVersionArn": by.get(asked["Arn"])}
    }

    told = take(aws)

    assert (told.function.unsigned_code, told.function.signing_profiles) == (policy, (PROFILE,))
    assert (told.layers, told.signed_layers) == (("not signed", "of another", "of the profile"), signed)
    assert Inventory.from_dict(told.to_dict()) == told


def test_what_makes_a_function_special_is_found() -> None:
    aws = fake(
        PackageType="Image",
        MasterArn="arn:aws:lambda:us-east-1:123456789012:function:orders:1",
        SnapStart={"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"},
        DurableConfig={"ExecutionTimeout": 60},
        TenancyConfig={"TenantIsolationMode": "PER_TENANT"},
        KMSKeyArn="arn:key",
        VpcConfig={"VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "Ipv6AllowedForDualStack": True},
        FileSystemConfigs=[{"Arn": "arn:fsap-1", "LocalMountPath": "/mnt/models"}],
    )
    aws.answers["lambda:get_function_code_signing_config"] = {"CodeSigningConfigArn": "arn:signing"}
    aws.answers["lambda:get_runtime_management_config"] = {"UpdateRuntimeOn": "FunctionUpdate"}
    aws.answers["lambda:list_aliases"] = {"Aliases": [{"Name": "live", "FunctionVersion": "1"}]}
    provisioned = [(f"{FUNCTION}:live", 3), (f"{FUNCTION}:7", 5)]
    aws.answers["lambda:list_provisioned_concurrency_configs"] = {
        "ProvisionedConcurrencyConfigs": [
            {"FunctionArn": arn, "RequestedProvisionedConcurrentExecutions": number} for arn, number in provisioned
        ]
    }

    function = take(aws).function

    assert (function.package_type, function.edge, function.snap_start) == ("Image", True, True)
    assert function.special == ("durable", "tenancy")
    assert (function.kms_key, function.file_systems) == ("arn:key", {"/mnt/models": "arn:fsap-1"})
    assert function.vpc == {"VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "Ipv6AllowedForDualStack": True}
    assert function.code_signing == "arn:signing"
    assert function.runtime_updates == "FunctionUpdate"
    assert (function.qualified["live"].provisioned, function.qualified["7"].provisioned) == (3, 5)
