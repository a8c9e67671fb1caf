"""A function and its service, as the tests of the targets know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.function.model import Function
from lambda_migrate.targets import Deployment

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = Function(
    name="orders",
    arn="arn:aws:lambda:eu-west-1:123456789012:function:orders",
    runtime="python3.12",
    handler="app.main.handler",
    package_type="Zip",
    code_sha256="code",
    role="arn:aws:iam::123456789012:role/orders",
    timeout=30,
    memory=512,
    architectures=("x86_64",),
    layers=(),
    environment_names=(),
    environment_sha256="",
    vpc={"VpcId": "vpc-1", "SubnetIds": ["subnet-a", "subnet-b"], "SecurityGroupIds": ["sg-1"]},
)


def repository(folder: Path) -> Path:
    """Write a small repository; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Procfile").write_text("web: python serve.py\n")
    (folder / "Dockerfile").write_text("FROM python:3.12-slim\n")
    (folder / "buildspec.yml").write_text("version: 0.2\n")
    (folder / "serve.py").write_text("print('hello')\n")
    return folder


def deployment(folder: Path, name: str = "orders") -> Deployment:
    """Return a service whose repository is there."""
    return Deployment(name, repository(folder / "service"), folder / "state", function=FUNCTION)
