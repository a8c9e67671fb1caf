"""The keys of migration.yaml for a service that has no public address."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lambda_migrate.fields import Strict

TargetGroup = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:elasticloadbalancing:[^:]+:\d{12}:targetgroup/[^/]+/[^/]+$")
]
"""ARN of a target group."""


class VpcLink(Strict):
    """How API Gateway reaches a service that has no public address."""

    id: str = Field(min_length=1, description="Id of the VPC link.")
    listener: Annotated[
        str,
        Field(
            pattern=r"^arn:aws[a-z-]*:(elasticloadbalancing:[^:]+:\d{12}:listener/(app|net)/[^/]+/[^/]+/[^/]+"
            r"|servicediscovery:[^:]+:\d{12}:service/[^/]+)$"
        ),
    ] = Field(description="ARN of the load balancer's listener, or of the Cloud Map service, that it leads to.")
    server_name: str | None = Field(
        None,
        min_length=1,
        description="Name on its certificate; default: the host of `service.url`, if that is https.",
    )


class VpcOrigin(Strict):
    """How CloudFront reaches a service that has no public address."""

    id: str = Field(pattern="^vo_", description="Id of the VPC origin.")
    server_name: str | None = Field(
        None,
        min_length=1,
        description="Name on the service's certificate, and its `host`; default: the host of `service.url`.",
    )
