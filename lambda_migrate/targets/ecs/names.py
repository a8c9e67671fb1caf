"""The names of what an ECS deployment makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.hashing import sha256
from lambda_migrate.targets import roles, stacks

if TYPE_CHECKING:
    from lambda_migrate.targets.base import Deployment

_REPOSITORY = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
"""A part of a repository's name that ECR takes for sure ("CreateRepository", ECR API reference)."""


def service_name(deployment: Deployment) -> str:
    """Return the name of the cluster, of the service in it and of its task definitions."""
    return roles.named(deployment.name, "service")


def service_stack(deployment: Deployment) -> str:
    """Return the name of the stack that runs the service."""
    return stacks.name_of(deployment, "service")


def image_stack(deployment: Deployment) -> str:
    """Return the name of the stack that builds images."""
    return stacks.name_of(deployment, "image")


def project(deployment: Deployment) -> str:
    """Return the name of the CodeBuild project."""
    return roles.named("lambda-migrate", deployment.name, "image", limit=128)


def repository(deployment: Deployment) -> str:
    """Return the name of the ECR repository, which takes fewer characters than a function's, and is its alone."""
    name = deployment.name
    if not _REPOSITORY.fullmatch(name):
        name = f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}-{sha256(name)[:8]}".lstrip("-")
    return f"lambda-migrate/{name}"


def role_path(deployment: Deployment) -> str:
    """Return the path of the service's roles, by which a pipeline may hand on these and no others."""
    return f"/lambda-migrate/{deployment.name}/"


def log_group(deployment: Deployment) -> str:
    """Return the name of the log group."""
    return f"/lambda-migrate/{deployment.name}/service"
