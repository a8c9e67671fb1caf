"""An API that names the function by a variable of its stage: the variable changes, and nothing has to be deployed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from lambda_migrate.actions.api_gateway.set_stage_variable import SetStageVariable
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import api_role, stage_variable_shared
from lambda_migrate.gates.gate import closed
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function

NAMED = re.compile(r"\$\{stageVariables\.([^}]+)\}")
"""How a URI names a variable ("Using stage variables", API Gateway developer guide)."""

PROPAGATION = 30.0
"""Seconds until a changed variable is in force everywhere; AWS says so nowhere, and this is generous."""


@dataclass(frozen=True)
class Variables:
    """How a stage's variables lead to the function.

    Attributes:
        stage: The stage.
        values: The values there of the variables that the URIs name.
        uris: The URIs, with the variables in them, that lead to the function.
        others: URIs that name one of the same variables and lead elsewhere.
        roles: The roles as which the API invokes; none where the function's policy lets it in.
    """

    stage: str
    values: dict[str, str] = field(default_factory=dict)
    uris: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, stage: str, values: Mapping[str, str], ours: set[str], every: set[str], roles: Iterable[str]
    ) -> Variables:
        """Return what is known of a stage.

        Args:
            stage: Its name.
            values: All its variables.
            ours: The URIs that lead to the function there.
            every: All URIs of the API.
            roles: As which `ours` invoke; "" for none.
        """
        names = {name for uri in ours for name in NAMED.findall(uri)}
        others = {uri for uri in every - ours if names & set(NAMED.findall(uri))}
        kept = {name: values[name] for name in sorted(names) if name in values}
        return cls(stage, kept, tuple(sorted(ours)), tuple(sorted(others)), tuple(sorted({*roles} - {""})))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back what :func:`dataclasses.asdict` and JSON made of it."""
        lists = (tuple(data[name]) for name in ("uris", "others", "roles"))
        return cls(data["stage"], dict(data["values"]), *lists)


NONE = Variables("")
"""The API names the function by itself."""


def to_alias(variables: Variables, protocol: str, api: str, name: str, function: Function, alias: str) -> Repoint:
    """Set the variable such that the same URIs name the alias.

    Args:
        variables: How the stage leads to the function.
        protocol: ``REST``, ``HTTP`` or ``WEBSOCKET``.
        api: The API's id.
        name: What a person calls the trigger.
        function: The function.
        alias: The alias.
    """
    changes = [dict(_changes(uri, variables.values, function, alias)) for uri in variables.uris]
    shared = {variable for uri in variables.others for variable in NAMED.findall(uri)}
    for variable, value in changes[0].items() if changes else ():
        if variable not in shared and all(change.get(variable) == value for change in changes):
            before = variables.values[variable]
            action = SetStageVariable(protocol, api, name.partition("/")[0], variables.stage, variable, before, value)
            step = Step("", action, "its stage reaches the alias, without a deployment", propagation=PROPAGATION)
            seen = (
                f"`{name}`: the stage's variable `{variable}` changes, which its requests carry to whatever they reach"
            )
            return Repoint((step,), tuple(by_role(variables.roles, name, function.qualified_arn(alias))), (seen,))
    names = ", ".join(f"`{variable}`" for variable in variables.values)
    text = (
        f"`{name}`: no value of its stage's variable {names} leads to `{alias}` and leaves everything else as it is;"
        " give the function a variable of its own"
    )
    return Repoint(blockers=(closed(stage_variable_shared, text, name, acceptable=False),))


def by_role(roles: Iterable[str], name: str, target: str) -> Iterator[Blocker]:
    """Yield a blocker for each role as which an API invokes the function.

    Args:
        roles: The ARNs of the roles; "" for none.
        name: What a person calls the API.
        target: The alias' ARN.
    """
    for role in sorted({*roles} - {""}):
        text = f"API `{name}` invokes as role `{role}`; make sure that the role may invoke `{target}`, then accept this"
        yield closed(api_role, text, name)


def _changes(uri: str, values: dict[str, str], function: Function, alias: str) -> Iterator[tuple[str, str]]:
    """Yield the variables of which one alone has to change for a URI to name the alias, each with its new value."""
    named = re.escape(function.arn) + r"(:[A-Za-z0-9$_-]+)?(?=/|$)"
    filled = NAMED.sub(lambda each: values[each[1]], uri)
    wanted = re.sub(named, function.qualified_arn(alias), filled)
    for variable in dict.fromkeys(NAMED.findall(uri)):
        rest = {name: value for name, value in values.items() if name != variable}
        parts = NAMED.sub(lambda each, rest=rest: rest.get(each[1], each[0]), uri)  # type: ignore[misc]  # bound here
        before, _, after = parts.partition(f"${{stageVariables.{variable}}}")
        fits = wanted.startswith(before) and wanted.endswith(after) and len(wanted) > len(before) + len(after)
        if fits and "${" not in after:
            yield variable, wanted[len(before) : len(wanted) - len(after)]
