"""Roles of the service: what the function may do, under a principal that runs services."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.iam.attach_role_policy import AttachRolePolicy
from lambda_migrate.actions.iam.create_role import CreateRole
from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.partitions import dns_suffix
from lambda_migrate.aws.secrets import restore_hint, split
from lambda_migrate.errors import AwsError, NotAllowed, NotFound
from lambda_migrate.gates import secret_unreadable
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.targets.base import Deployment, Target
    from lambda_migrate.targets.pending import PendingSteps

DEFAULTS = "environment.defaults"
"""File of the repository with the function's environment variables, secrets as references."""

_REFERENCES = ("secretsmanager:", "ssm:")

_LAMBDA_ONLY = ("AWSLambdaBasicExecutionRole", "AWSLambdaVPCAccessExecutionRole")
"""Managed policies that let a function write its log and sit in a VPC; a service is given both in other ways."""

NAME_LIMIT = 64
"""Longest name of a role, in characters."""


def named(*parts: str, limit: int = NAME_LIMIT) -> str:
    """Join the parts of a name with hyphens; where it is too long, its end becomes a hash of the whole."""
    name = "-".join(parts)
    return name if len(name) <= limit else f"{name[: limit - 9]}-{sha256(name)[:8]}"


def distinct(name: str, *parts: str, limit: int = NAME_LIMIT) -> str:
    """Return the name of a role that is this function's alone: IAM takes `Orders` and `orders` for the same name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html

    Args:
        name: The function's.
        parts: What comes after it.
        limit: Longest name, in characters.
    """
    own = name if name == name.lower() else f"{name}-{sha256(name)[:8]}"
    return named("lambda-migrate", own, *parts, limit=limit)


def managed(aws: Aws, policy: str) -> str:
    """Return the ARN of a policy that AWS manages, ``service-role/AWSElasticBeanstalkEnhancedHealth``."""
    return f"arn:{aws.partition}:iam::aws:policy/{policy}"


def trust(service: str, external_id: str = "") -> dict[str, Any]:
    """Return the trust policy that lets a service assume a role, ``ec2.amazonaws.com``.

    Args:
        service: The service's principal.
        external_id: What the service has to name when it assumes the role, where it names something.
    """
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return {"Version": "2012-10-17", "Statement": [statement]}


@dataclass(frozen=True)
class Permissions:
    """What a role may do.

    Attributes:
        managed: ARNs of its managed policies, less those that only make sense on Lambda.
        inline: Its inline policies by name.
        boundary: ARN of its permissions boundary, as migration.yaml or else the function's role has it; "" for none.
        warnings: What could not be read, one line each.
    """

    managed: tuple[str, ...] = ()
    inline: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    boundary: str = ""
    warnings: tuple[str, ...] = ()


def permissions(aws: Aws, deployment: Deployment) -> Permissions:
    """Read what the function's role may do; nothing but the boundary if there is no function."""
    if not deployment.function:
        return Permissions(boundary=deployment.boundary)
    name = deployment.function.role.rpartition("/")[2]
    try:
        listed = aws.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name)
        attached = sorted(str(each["PolicyArn"]) for each in listed if each["PolicyName"] not in _LAMBDA_ONLY)
        inline = {
            str(policy): aws.call("iam", "get_role_policy", RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in aws.pages("iam", "list_role_policies", "PolicyNames", RoleName=name)
        }
        bounded = aws.call("iam", "get_role", RoleName=name)["Role"].get("PermissionsBoundary") or {}
    except (AwsError, NotAllowed) as error:
        unread = f"what role `{name}` may do could not be read ({error.message}): grant it to the service by hand"
        return Permissions(boundary=deployment.boundary, warnings=(unread,))
    theirs = str(bounded.get("PermissionsBoundaryArn") or "")
    text = f"the function's role is bounded by `{theirs}`, roles of deployments are not: where the account asks for it,"
    warnings = (f"{text} set `permissions_boundary`",) if theirs and not deployment.boundary else ()
    return Permissions(tuple(attached), inline, deployment.boundary or theirs, warnings)


def references(deployment: Deployment, settings: Target) -> dict[str, str]:
    """Return every environment variable of the service that is a secret, and where it is kept.

    What the function had is in the repository's ``environment.defaults``; what migration.yaml says comes before it.
    """
    file = deployment.folder / DEFAULTS
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    pairs = [line.partition("=") for line in lines if not line.lstrip().startswith("#")]
    lifted = {name.strip(): value.strip() for name, _, value in pairs if value.strip().startswith(_REFERENCES)}
    known = {name: value for name, value in lifted.items() if name not in settings.environment}
    return {**known, **deployment.secrets, **settings.secrets}


@dataclass(frozen=True)
class SecretArns:
    """Secrets as AWS has them; their values are not read.

    Attributes:
        arns: Environment variable → ARN.
        keys: ARN → the key of KMS that encrypts it, where that is the account's own: an ARN, an id or an alias.
        missing: What stands in the way, one line each.
    """

    arns: Mapping[str, str]
    keys: Mapping[str, str]
    missing: tuple[str, ...] = ()


def find(aws: Aws, references: Mapping[str, str]) -> SecretArns:
    """Find each secret.

    Args:
        aws: Where to look.
        references: Environment variable → ``secretsmanager:NAME`` or ``ssm:NAME``.
    """
    arns: dict[str, str] = {}
    keys: dict[str, str] = {}
    missing: list[str] = []
    for variable, reference in sorted(references.items()):
        store, name = split(reference)
        try:
            arn, key = _parameter(aws, name) if store == "ssm" else _secret(aws, name)
        except (AwsError, NotAllowed) as error:
            text = f"secret `{reference}` of `{variable}` could not be found: {error.message}"
            missing.append(str(closed(secret_unreadable, text, variable)))
            continue
        arns[variable] = arn
        if key and not key.startswith("alias/aws/"):
            keys[arn] = key
    return SecretArns(arns, keys, tuple(missing))


def _secret(aws: Aws, name: str) -> tuple[str, str]:
    secret = aws.call("secretsmanager", "describe_secret", SecretId=name)
    if "DeletedDate" in secret:  # it is still described, and no task would read it
        raise NotFound(f"it is scheduled for deletion: {restore_hint(f'secretsmanager:{name}')}")
    return str(secret["ARN"]), str(secret.get("KmsKeyId") or "")


def _parameter(aws: Aws, name: str) -> tuple[str, str]:
    parameter = aws.call("ssm", "get_parameter", Name=name, WithDecryption=False)["Parameter"]
    if parameter.get("Type") != "SecureString":
        return str(parameter["ARN"]), ""
    wanted = [{"Key": "Name", "Values": [parameter["Name"]]}]
    described = aws.call("ssm", "describe_parameters", ParameterFilters=wanted)["Parameters"]
    return str(parameter["ARN"]), next((str(each.get("KeyId") or "") for each in described), "")


def reading(arns: Iterable[str], keys: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the policy that lets a service read secrets, or None if there are none.

    Args:
        arns: Of the secrets.
        keys: ARN of a secret → key of KMS, as :class:`SecretArns` has them.
    """
    wanted = sorted(set(arns))
    secrets = [arn for arn in wanted if ":secretsmanager:" in arn]
    parameters = [arn for arn in wanted if ":ssm:" in arn]
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": resources}
        for action, resources in (
            ("secretsmanager:GetSecretValue", secrets),
            (["ssm:GetParameter", "ssm:GetParameters"], parameters),
        )
        if resources
    ]
    statements += [_decrypting(arn, keys[arn]) for arn in wanted if arn in keys]
    return {"Version": "2012-10-17", "Statement": statements} if statements else None


def _decrypting(arn: str, key: str) -> dict[str, Any]:
    """Return the statement that allows the account's own key, for this store; KMS takes no alias as a resource."""
    secret = Arn.parse(arn)
    # The key policies of AWS name these hosts; in China both endings are found.
    endings = dict.fromkeys(("amazonaws.com", dns_suffix(secret.partition)))
    hosts = [f"{secret.service}.{secret.region}.{ending}" for ending in endings]
    condition: dict[str, Any] = {"StringEquals": {"kms:ViaService": hosts[0] if len(hosts) == 1 else hosts}}
    alias = (Arn.parse(key).resource or key) if "alias/" in key else ""
    if alias:
        condition["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": alias}
    named = key if key.startswith("arn:") else str(secret.sibling("kms", f"key/{key}"))
    resource = str(secret.sibling("kms", "key/*")) if alias else named
    return {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": resource, "Condition": condition}


def make(pending: PendingSteps, name: str, trusted: dict[str, Any], may: Permissions) -> None:
    """Add the steps that make a role, or that bring what it may do up to date.

    Args:
        pending: Takes the steps.
        name: Name of the role.
        trusted: Its trust policy.
        may: What it may do.
    """
    pending.need(CreateRole(name, trusted, may.boundary), "what the service runs as")
    for policy in may.managed:
        pending.need(AttachRolePolicy(name, policy), "the function's role has it, or the platform needs it")
    for title, document in sorted(may.inline.items()):
        there = read_or_none(pending.aws, "iam", "get_role_policy", RoleName=name, PolicyName=title)
        before = there["PolicyDocument"] if there else None
        pending.need(PutRolePolicy(name, title, document, before), "as the function's role says it")
