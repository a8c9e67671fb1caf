"""What $LATEST of a function carries: the original, or the proxy around it.

Publishing a version passes through $LATEST. :class:`ConfigureLatest` puts the proxy's layer, handler and settings
there and :class:`RestoreLatest` takes them off again; both are this one change, seen from its two ends. Everything
else in the configuration, and every variable of the function's own, is left as it is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.base import conflict
from lambda_migrate.actions.function.on_latest import demand_environment
from lambda_migrate.actions.references import gone, layer_version_arn
from lambda_migrate.aws import secrets
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError
from lambda_migrate.function import signing_keys
from lambda_migrate.function.documents import PREFIX, SIGNING_KEYS, WRAPPER, is_updating, layers, variables

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws


@dataclass(frozen=True)
class Proxied:
    """What is put on $LATEST, and what was there.

    Attributes:
        function: Name of the function.
        layer_name: Name of the proxy's layer.
        layer_marker: Description of the layer version to attach.
        handler_before: The function's own handler.
        handler_after: The proxy's.
        environment: The ``LAMBDA_MIGRATE_*`` variables to add, none of them a secret.
        signing_keys: Reference of the secret whose first key becomes ``LAMBDA_MIGRATE_SIGNING_KEYS``, or "".
        environment_sha256: Of names and values of the function's own environment; the values themselves are never kept.
        wrapper_before: The function's own ``AWS_LAMBDA_EXEC_WRAPPER``, where the proxy takes its place; else "".
        wrapper_after: The proxy's. The handler stays then: it names the command that the wrapper starts.
    """

    function: str
    layer_name: str
    layer_marker: str
    handler_before: str
    handler_after: str
    environment: dict[str, str]
    signing_keys: str
    environment_sha256: str
    wrapper_before: str = ""
    wrapper_after: str = ""

    def side(self, aws: Aws) -> str:
        """Return what $LATEST carries: ``original``, ``proxy``, or ``neither``."""
        latest = aws.call("lambda", "get_function_configuration", FunctionName=self.function)
        if is_updating(latest):
            return "updating"
        return self._side_of(latest, layer_version_arn(aws, self.layer_name, self.layer_marker))

    def carried(self, aws: Aws) -> bool:
        """Return whether anything of the proxy is on $LATEST: its handler, its layer, or one of its variables."""
        latest = aws.call("lambda", "get_function_configuration", FunctionName=self.function)
        return (
            (latest["Handler"] == self.handler_after and self.handler_after != self.handler_before)
            or (bool(self.wrapper_after) and variables(latest).get(WRAPPER) == self.wrapper_after)
            or layer_version_arn(aws, self.layer_name, self.layer_marker) in layers(latest)
            or any(name.startswith(PREFIX) for name in variables(latest))
        )

    def _side_of(self, latest: Document, layer: str | None) -> str:
        attached = layer is not None and layer in layers(latest)
        ours = {name: value for name, value in variables(latest).items() if name.startswith(PREFIX)}
        signed = ours.pop(SIGNING_KEYS, None) is not None
        started = latest["Handler"], variables(latest).get(WRAPPER, "") if self.wrapper_after else ""
        if started == (self.handler_before, self.wrapper_before) and not attached and not ours and not signed:
            return "original"
        configured = ours == self.environment and signed == bool(self.signing_keys)
        there = started == (self.handler_after, self.wrapper_after)
        return "proxy" if there and attached and configured else "neither"

    @property
    def change(self) -> str:
        """What of the function is replaced, and by what, in a few words."""
        if self.wrapper_after:
            return f"{WRAPPER} {self.wrapper_before} → {self.wrapper_after}"
        return f"handler {self.handler_before} → {self.handler_after}"

    @property
    def change_back(self) -> str:
        """The same on the way back."""
        if self.wrapper_after:
            return f"{WRAPPER} {self.wrapper_after} → {self.wrapper_before}"
        return f"handler {self.handler_after} → {self.handler_before}"

    def attach(self, aws: Aws) -> None:
        """Add the layer, the variables and the handler in one conditioned write, and wait until it holds.

        Raises:
            Drifted: The function's own environment is not the one that the plan saw, or the layer is gone.
            AwsError: Lambda refuses, for instance because the environment would be longer than 4 KB.
        """
        layer = layer_version_arn(aws, self.layer_name, self.layer_marker)
        if layer is None:
            raise gone(f"layer `{self.layer_name}` has no version “{self.layer_marker}”")
        latest = self._latest(aws, layer, "original")
        own = variables(latest)
        demand_environment(self.function, own, self.environment_sha256)
        added = dict(self.environment)
        if self.wrapper_after:
            added[WRAPPER] = self.wrapper_after
        if self.signing_keys:
            added[SIGNING_KEYS] = signing_keys.signing(aws, self.signing_keys)
        self._write(aws, latest, self.handler_after, [*layers(latest), layer], {**own, **added})

    def detach(self, aws: Aws) -> None:
        """Take the layer, the variables and the handler away again in one conditioned write, and nothing else."""
        layer = layer_version_arn(aws, self.layer_name, self.layer_marker)
        latest = self._latest(aws, layer, "proxy")
        own = {name: value for name, value in variables(latest).items() if not name.startswith(PREFIX)}
        if self.wrapper_after:
            own[WRAPPER] = self.wrapper_before
        kept = [each for each in layers(latest) if each != layer]
        self._write(aws, latest, self.handler_before, kept, own)

    def _latest(self, aws: Aws, layer: str | None, side: str) -> Document:
        """Return $LATEST, whose RevisionId conditions the write, once no update of it is in progress.

        An update that failed forbids to put the proxy on, and never to take it off.
        """
        latest = aws.wait_function_updated(self.function, failed_too=side == "proxy")
        if self._side_of(latest, layer) != side:
            raise conflict(f"$LATEST of {self.function}")
        return latest

    def _write(self, aws: Aws, latest: Document, handler: str, layer_arns: list[str], values: dict[str, str]) -> None:
        try:
            aws.call(
                "lambda",
                "update_function_configuration",
                FunctionName=self.function,
                Handler=handler,
                Layers=layer_arns,
                Environment={"Variables": values},
                RevisionId=latest["RevisionId"],
            )
        except AwsError as error:
            raise secrets.without_values(error) from None
        aws.wait_function_updated(self.function)  # where the update fails, Lambda says why; the engine reads back

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        return (
            *calls("lambda", "GetFunctionConfiguration UpdateFunctionConfiguration", FunctionName=self.function),
            *calls("lambda", "ListLayerVersions", LayerName=self.layer_name),
            *(secrets.calls_of(self.signing_keys, "read") if self.signing_keys else ()),
        )

    def summary(self, aws: Aws) -> str:
        """Return what $LATEST carries, in one line, without any value of its environment."""
        latest = aws.call("lambda", "get_function_configuration", FunctionName=self.function)
        started = f", started by {variables(latest).get(WRAPPER, 'nothing')}" if self.wrapper_after else ""
        names = ", ".join(sorted(name for name in variables(latest) if name.startswith(PREFIX)))
        attached = ", ".join(Arn.parse(arn).name for arn in layers(latest))
        told = names or f"no {PREFIX}* variables"
        return f"handler {latest['Handler']}{started}, layers {attached or 'none'}, {told}"
