"""What the function was when the freeze began: hashes and names only, so that no secret is in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.answers import statements
from lambda_migrate.errors import NotFound
from lambda_migrate.function import documents
from lambda_migrate.hashing import sha256

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Alias


@dataclass(frozen=True)
class Snapshot:
    """A function at one moment, as far as a deployment could change it.

    Attributes:
        code_sha256: Of the package on ``$LATEST``, base64 as Lambda gives it.
        configuration_sha256: Over everything else that decides how ``$LATEST`` runs, environment values included.
        layers: ARNs of its layers.
        role: ARN of its role.
        runtime_version: ARN of the runtime version, which AWS replaces when it patches; "" where it is not told.
        aliases: Name → ``{"version": "3", "weights": {"4": 0.1}}``.
        policies: Qualifier ("" is the unqualified function) → statement id → sha256 of the statement.
        last_modified: When ``$LATEST`` was changed last, as Lambda writes it.
    """

    code_sha256: str
    configuration_sha256: str
    layers: tuple[str, ...]
    role: str
    runtime_version: str = ""
    aliases: dict[str, dict[str, Any]] = field(default_factory=dict)
    policies: dict[str, dict[str, str]] = field(default_factory=dict)
    last_modified: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {**asdict(self), "layers": list(self.layers)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Snapshot:
        """Read back what :meth:`to_dict` wrote."""
        return cls(**{**data, "layers": tuple(data["layers"])})


def read(aws: Aws, function: str) -> Snapshot:
    """Look at a function; calls grow with its aliases.

    Args:
        aws: Where to look; reads only.
        function: Its name.

    Raises:
        NotFound: The function does not exist.
    """
    latest = aws.call("lambda", "get_function_configuration", FunctionName=function)
    known = documents.function(latest)
    listed = aws.pages("lambda", "list_aliases", "Aliases", FunctionName=function)
    aliases = [documents.alias(each) for each in listed if not documents.is_pin(each["Name"])]  # come and go
    qualifiers = ("", *(alias.name for alias in aliases))
    # The code's hash is told apart from the rest, and the handler's layers have a name of their own.
    rest = {**latest, "CodeSha256": ""}
    return Snapshot(
        code_sha256=known.code_sha256,
        configuration_sha256=documents.function(rest).configuration_sha256,
        layers=known.layers,
        role=known.role,
        runtime_version=str((latest.get("RuntimeVersionConfig") or {}).get("RuntimeVersionArn") or ""),
        aliases={alias.name: _position(alias) for alias in aliases},
        policies={qualifier: _policy(aws, function, qualifier) for qualifier in qualifiers},
        last_modified=known.last_modified,
    )


def _position(alias: Alias) -> dict[str, Any]:
    return {"version": alias.version, "weights": dict(alias.weights)}


def _policy(aws: Aws, function: str, qualifier: str) -> dict[str, str]:
    try:
        answer = aws.call("lambda", "get_policy", FunctionName=function, Qualifier=qualifier or None)
    except NotFound:
        return {}
    return {str(each.get("Sid", "?")): sha256(each) for each in statements(answer)}
