"""Every setting that AWS keeps of a function, and what becomes of it: the table of docs/function-settings.md.

A version is a copy of ``$LATEST`` at the moment at which it is published ("PublishVersion", Lambda API reference). The
proxy version is published from a ``$LATEST`` on which ``UpdateFunctionConfiguration`` has set the handler or wrapper,
the layers and the variables; what that call is not given, Lambda leaves as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fate = Literal["copied", "changed", "function", "qualifier", "gate", "state"]

FATES: dict[str, str] = {
    "copied": "in the proxy version as on `$LATEST`",
    "changed": "changed in the proxy version, restored on `$LATEST`",
    "function": "the function's; all versions share it",
    "qualifier": "belongs to a version or alias; carried there",
    "gate": "refused or asked about first",
    "state": "decides nothing; AWS sets it",
}
"""What may become of a setting, as the page says it."""


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        name: As Lambda's API calls it.
        fate: What becomes of it.
        how: Where, and what to know, in one line of Markdown.
    """

    name: str
    fate: Fate
    how: str


OF_A_VERSION: tuple[Setting, ...] = (
    Setting("FunctionName", "state", "the name stays"),
    Setting("FunctionArn", "state", "ends in the number of the version"),
    Setting("Version", "state", "the number of the version"),
    Setting("Description", "changed", "of the version alone: by it the version is found again"),
    Setting("RevisionId", "state", "each write is made on condition of it"),
    Setting("LastModified", "state", ""),
    Setting("State", "state", "waited for: up to 15 minutes for a snapshot of SnapStart"),
    Setting("StateReason", "state", ""),
    Setting("StateReasonCode", "state", ""),
    Setting("LastUpdateStatus", "state", "waited for before and after each write"),
    Setting("LastUpdateStatusReason", "state", "shown where an update fails"),
    Setting("LastUpdateStatusReasonCode", "state", ""),
    Setting("CodeSize", "state", "with the layers it has to stay below 250 MB (`package-size`)"),
    Setting("ConfigSha256", "state", "Lambda's own hash of the configuration"),
    Setting("CodeSha256", "copied", "a package is never uploaded again; an image gets one layer more"),
    Setting("PackageType", "copied", ""),
    Setting(
        "ImageConfigResponse", "changed", "of an image: the command or entry point, where the function overrides it"
    ),
    Setting("Runtime", "copied", "Python 3.9 or newer (`runtime`)"),
    Setting("RuntimeVersionConfig", "copied", "see `RuntimeManagementConfig`"),
    Setting("Architectures", "copied", "the proxy has no compiled parts"),
    Setting("Role", "copied", "weights need the same role on both versions (`versions-differ`)"),
    Setting("Handler", "changed", "the proxy's; under the Lambda Web Adapter it stays, and the wrapper changes"),
    Setting("Layers", "changed", "one more, the last; five is Lambda's limit (`five-layers`)"),
    Setting(
        "Environment", "changed", "`LAMBDA_MIGRATE_*` is added; the function's own variables stay (`environment-size`)"
    ),
    Setting("KMSKeyArn", "copied", "encrypts the proxy's variables too; `policy` asks for the key's permissions"),
    Setting("Timeout", "copied", "the proxy answers before it ends"),
    Setting("MemorySize", "copied", ""),
    Setting("EphemeralStorage", "copied", ""),
    Setting("VpcConfig", "copied", "IPv6 for dual-stack subnets too; `verify` asks the service from inside Lambda"),
    Setting("FileSystemConfigs", "copied", "the service needs the same files: the plan and `init` say so"),
    Setting("DeadLetterConfig", "copied", "weights need the same queue on both versions (`versions-differ`)"),
    Setting("TracingConfig", "copied", "the service is traced by what you set up there"),
    Setting(
        "LoggingConfig", "copied", "text and JSON; `verify` says where a level or log class hides the proxy's metrics"
    ),
    Setting(
        "SnapStart", "copied", "a snapshot of the version is made while it is published; under the adapter `snap-start`"
    ),
    Setting("SigningProfileVersionArn", "state", "of the package, which stays"),
    Setting("SigningJobArn", "state", "of the package, which stays"),
    Setting("MasterArn", "gate", "Lambda@Edge (`lambda-edge`)"),
    Setting("TenancyConfig", "gate", "copied, but weights do not keep tenants apart (`tenancy`)"),
    Setting("DurableConfig", "gate", "copied, but open executions stay in their version (`durable`)"),
    Setting(
        "CapacityProviderConfig",
        "gate",
        "versions on managed instances are published in another way (`capacity-provider`)",
    ),
)
"""What GetFunctionConfiguration shows: each member of ``FunctionConfiguration`` in AWS's own model has its row."""

BESIDE_IT: tuple[Setting, ...] = (
    Setting("SourceKMSKeyArn", "copied", "encrypts the package, which is not uploaded again; `policy` asks for it"),
    Setting("Tags", "function", ""),
    Setting(
        "FunctionConcurrency", "function", "reserved concurrency; the plan compares it with what the service takes"
    ),
    Setting("FunctionRecursionConfig", "function", "what Lambda does about loops"),
    Setting(
        "FunctionCodeSigningConfig",
        "gate",
        "`Enforce`: Signer signs the layer, or you do (`code-signing`); `Warn`: nothing",
    ),
    Setting("FunctionScalingConfig", "gate", "only on managed instances (`capacity-provider`)"),
    Setting("RuntimeManagementConfig", "qualifier", "a pinned runtime is pinned for each version that is published"),
    Setting(
        "ProvisionedConcurrencyConfig",
        "qualifier",
        "an alias keeps its own, and moves with `--weights 100`; what a version has, the proxy version gets first;"
        " targets of Application Auto Scaling stay with what they were made for",
    ),
    Setting(
        "FunctionEventInvokeConfig", "qualifier", "retries, age and destinations: the alias gets those of `$LATEST`"
    ),
    Setting("ResourcePolicy", "qualifier", "each permission is granted for the alias too"),
    Setting("FunctionUrlConfig", "qualifier", "the alias gets a URL of its own"),
)
"""What is kept beside the configuration: what Lambda's ``Put*`` calls write about a function, and more."""

KNOWN = frozenset(each.name for each in OF_A_VERSION)
"""The members of a configuration that have a row."""

COPIED = tuple(each.name for each in OF_A_VERSION if each.fate == "copied")
