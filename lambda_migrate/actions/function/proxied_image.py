"""What $LATEST of a function in a container image starts: the original, or the proxy in front of it.

:class:`ConfigureImage` overrides the command and adds the proxy's variables, :class:`RestoreImage` takes both away;
both are this one change, seen from its two ends. The image holds the proxy before and after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.base import conflict
from lambda_migrate.actions.function.on_latest import demand_environment
from lambda_migrate.aws import secrets
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError
from lambda_migrate.function import signing_keys
from lambda_migrate.function.documents import PREFIX, SIGNING_KEYS, is_updating, variables
from lambda_migrate.function.image import overrides
from lambda_migrate.proxy import image

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

PYTHON_PATH = "PYTHONPATH"


@dataclass(frozen=True)
class ProxiedImage:
    """What is put on $LATEST, and what was there.

    Attributes:
        function: Name of the function.
        before: What the function overrides of its image, ``ImageConfig`` as AWS writes it; what is not set is left out.
        after: The same where it starts the proxy.
        environment: The ``LAMBDA_MIGRATE_*`` variables to add, none of them a secret.
        signing_keys: Reference of the secret whose first key becomes ``LAMBDA_MIGRATE_SIGNING_KEYS``, or "".
        environment_sha256: Of names and values of the function's own environment; the values themselves are never kept.
    """

    function: str
    before: dict[str, Any]
    after: dict[str, Any]
    environment: dict[str, str]
    signing_keys: str
    environment_sha256: str

    def side(self, aws: Aws) -> str:
        """Return what $LATEST starts: ``original``, ``proxy``, ``neither``; or ``updating``."""
        latest = aws.call("lambda", "get_function_configuration", FunctionName=self.function)
        return "updating" if is_updating(latest) else self._side_of(latest)

    def carried(self, aws: Aws) -> bool:
        """Return whether anything of the proxy is on $LATEST: what it overrides, or one of its variables."""
        latest = aws.call("lambda", "get_function_configuration", FunctionName=self.function)
        return overrides(latest) == self.after or any(name.startswith(PREFIX) for name in variables(latest))

    def _side_of(self, latest: Document) -> str:
        ours = {name: value for name, value in variables(latest).items() if name.startswith(PREFIX)}
        signed = ours.pop(SIGNING_KEYS, None) is not None
        if overrides(latest) == self.before and not ours and not signed:
            return "original"
        configured = ours == self.environment and signed == bool(self.signing_keys)
        return "proxy" if overrides(latest) == self.after and configured else "neither"

    @property
    def change(self) -> str:
        """What the function starts with the proxy, in a few words."""
        return written(self.after)

    @property
    def change_back(self) -> str:
        """The same on the way back."""
        return written(self.before)

    def attach(self, aws: Aws) -> None:
        """Override the command and add the variables in one conditioned write, and wait until it holds.

        Raises:
            Drifted: The function's own environment is not the one that the plan saw.
            AwsError: Lambda refuses, for instance because the environment would be longer than 4 KB.
        """
        latest = self._latest(aws, "original")
        own = variables(latest)
        demand_environment(self.function, own, self.environment_sha256)
        added = dict(self.environment)
        if PYTHON_PATH in own:  # which hides what the image says
            added[PYTHON_PATH] = image.with_proxy(own[PYTHON_PATH])
        if self.signing_keys:
            added[SIGNING_KEYS] = signing_keys.signing(aws, self.signing_keys)
        self._write(aws, latest, self.after, {**own, **added})

    def detach(self, aws: Aws) -> None:
        """Take what is overridden and the variables away again in one conditioned write, and nothing else."""
        latest = self._latest(aws, "proxy")
        own = {name: value for name, value in variables(latest).items() if not name.startswith(PREFIX)}
        if PYTHON_PATH in own:
            own[PYTHON_PATH] = image.without_proxy(own[PYTHON_PATH])
        self._write(aws, latest, self.before, own)

    def _latest(self, aws: Aws, side: str) -> Document:
        """Return $LATEST, whose RevisionId conditions the write, once no update of it is in progress."""
        latest = aws.wait_function_updated(self.function, failed_too=side == "proxy")
        if self._side_of(latest) != side:
            raise conflict(f"$LATEST of {self.function}")
        return latest

    def _write(self, aws: Aws, latest: Document, overridden: dict[str, Any], values: dict[str, str]) -> None:
        try:
            aws.call(
                "lambda",
                "update_function_configuration",
                FunctionName=self.function,
                ImageConfig=overridden,
                Environment={"Variables": values},
                RevisionId=latest["RevisionId"],
            )
        except AwsError as error:
            raise secrets.without_values(error) from None
        aws.wait_function_updated(self.function)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("lambda", "GetFunctionConfiguration UpdateFunctionConfiguration", FunctionName=self.function),
            *(secrets.calls_of(self.signing_keys, "read") if self.signing_keys else ()),
        )

    def summary(self, aws: Aws) -> str:
        """Return what $LATEST starts, in one line, without any value of its environment."""
        latest = aws.call("lambda", "get_function_configuration", FunctionName=self.function)
        names = ", ".join(sorted(name for name in variables(latest) if name.startswith(PREFIX)))
        return f"{written(overrides(latest))}, {names or f'no {PREFIX}* variables'}"


def written(overridden: dict[str, Any]) -> str:
    """Return what a function overrides of its image, for a person."""
    words = [*(overridden.get("EntryPoint") or ()), *(overridden.get("Command") or ())]
    return f"starts `{' '.join(words)}`" if words else "starts what its image says"
