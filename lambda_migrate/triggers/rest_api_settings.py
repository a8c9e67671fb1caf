"""What is known of a REST API: what names the function in it, and the stages that serve that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lambda_migrate.triggers import base, stage_variable
from lambda_migrate.triggers.stage_variable import Variables

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Part:
    """What names the function in the API: the integration of a method, or an authorizer.

    Attributes:
        name: ``GET /orders``, or ``authorizer who``.
        uri: As it stands there.
        resource: The resource's id; "" for an authorizer.
        verb: The method, ``ANY`` for all; "" for an authorizer.
        authorizer: The authorizer's id; "" for a method.
        role: The role as which it invokes; "" where the function's policy lets it in.
        integration: All settings of the method's integration, as AWS shows them.
        parameters: The request parameters that the method declares, and whether it demands them.
        authorization: Who may call the method, ``NONE`` for everybody.
    """

    name: str
    uri: str
    resource: str = ""
    verb: str = ""
    authorizer: str = ""
    role: str = ""
    integration: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, bool] = field(default_factory=dict)
    authorization: str = "NONE"


@dataclass(frozen=True)
class Stage:
    """A stage that serves the function.

    Attributes:
        name: Its name.
        deployment: The id of the deployment that it serves.
        canary: Whether it serves a second one besides.
        differs: What a deployment would change there that is not ours, one clause each.
    """

    name: str
    deployment: str
    canary: bool = False
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a REST API.

    Attributes:
        api: Its id.
        api_name: Its name, under which its metrics are counted.
        stage: The stage that alone invokes the function; "" where the API as it stands does.
        parts: Methods and authorizers that name the qualifier in the API as it stands.
        stages: The stages that serve it.
        rest: The digest of the API without the URIs of `parts`.
        bare: The digest of the API without the whole integrations of its methods in `parts`, and what those declare.
        features: What the API and its stages do besides, see :mod:`lambda_migrate.triggers.rest_api_direct`.
        others: Methods that lead elsewhere, and are counted in the same metrics.
        variables: How the stage's variables lead to the function, where they do.
    """

    api: str
    api_name: str
    stage: str = ""
    parts: tuple[Part, ...] = ()
    stages: tuple[Stage, ...] = ()
    rest: str = ""
    bare: str = ""
    features: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    variables: Variables = stage_variable.NONE

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """Read back what :func:`dataclasses.asdict` and JSON made of it."""
        stages = [Stage(**{**each, "differs": tuple(each["differs"])}) for each in data["stages"]]
        variables = Variables.from_dict(data["variables"])
        parts = tuple(Part(**each) for each in data["parts"])
        return super().from_dict(
            {
                **data,
                "parts": parts,
                "stages": tuple(stages),
                "variables": variables,
                "features": tuple(data["features"]),
            }
        )
