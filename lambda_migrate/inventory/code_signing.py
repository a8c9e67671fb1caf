"""Reads which code a function takes, and which versions of a layer are signed for it.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lambda_migrate.aws.session import Aws


def of_function(aws: Aws, name: str) -> str:
    """Return the ARN of a function's code signing configuration, or ""."""
    answer = aws.call("lambda", "get_function_code_signing_config", FunctionName=name)
    return str(answer.get("CodeSigningConfigArn") or "")


def policy(aws: Aws, arn: str) -> tuple[str, tuple[str, ...]]:
    """Return what a configuration does about code that is not signed, and whose signatures it takes.

    Args:
        aws: Where to look.
        arn: Of the configuration.

    Returns:
        ``Enforce`` or ``Warn``; and the versions of signing profiles, as ARNs.
    """
    answer = aws.call("lambda", "get_code_signing_config", CodeSigningConfigArn=arn)["CodeSigningConfig"]
    unsigned = (answer.get("CodeSigningPolicies") or {}).get("UntrustedArtifactOnDeployment")
    return str(unsigned or ""), tuple(answer["AllowedPublishers"]["SigningProfileVersionArns"])


def signed(aws: Aws, published: Mapping[str, str], profiles: Collection[str]) -> tuple[str, ...]:
    """Return the descriptions of those versions of a layer that a profile has signed.

    Args:
        aws: Where to look.
        published: ARNs by descriptions.
        profiles: ARNs of versions of signing profiles.
    """

    def by_a_profile(arn: str) -> bool:
        content = aws.call("lambda", "get_layer_version_by_arn", Arn=arn)["Content"]
        return content.get("SigningProfileVersionArn") in profiles

    return tuple(description for description in sorted(published) if by_a_profile(published[description]))
