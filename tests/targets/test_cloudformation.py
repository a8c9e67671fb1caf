"""Every template, rendered with every combination of options, is what cfn-lint calls right."""

from __future__ import annotations

import dataclasses
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from lambda_migrate.config import Pipeline
from lambda_migrate.targets import Deployment, ecs, elastic_beanstalk, templates
from tests.support import cloudformation
from tests.targets import pipelines
from tests.targets.deployments import FUNCTION

ROLE_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["dynamodb:PutItem"], "Resource": "arn:aws:dynamodb:*:*:table/orders"}],
}
LINT = "from cfnlint.runner import main; main()"
CONNECTION = "arn:aws:codeconnections:eu-west-1:123456789012:connection/1"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders/keys-AbCdEf"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0b9a3a0e-6c1d-4c7e-9d2f-3f1e2d3c4b5a"
BOUNDARY = "arn:aws:iam::123456789012:policy/bounds"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:failures"


def deployment(architecture: str, boundary: str = "") -> Deployment:
    function = dataclasses.replace(FUNCTION, architectures=(architecture,))
    return Deployment("orders", Path("service"), Path("state"), boundary=boundary, function=function)


def services() -> list[str]:
    rendered = []
    for arm, public, certificate, public_tasks, full in itertools.product((False, True), repeat=5):
        values: dict[str, Any] = {
            "name": "orders",
            "service": "orders-service",
            "log_group": "/lambda-migrate/orders/service",
            "role_path": "/lambda-migrate/orders/",
            "arm": arm,
            "certificate": CERTIFICATE if certificate else "",
            "public": public,
            "public_tasks": public_tasks,
            "security_groups": ["sg-0123456789abcdef0"] if full else [],
            "readiness": "/readyz",
            "health": "/healthz",
            "cpu": 512,
            "memory": 1024,
            "target_cpu": 60,
            "idle_timeout": 60,
            "draining": 35,
            "stopping": 60,
            "environment": {"LOG_LEVEL": 'in"fo: yes', "EMPTY": "", "NUMBER": "0123"} if full else {},
            "secrets": {"LAMBDA_MIGRATE_SIGNING_KEYS": SECRET} if full else {},
            "secrets_policy": ROLE_POLICY if full else None,
            "managed_policies": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] if full else [],
            "inline_policies": {"tables": ROLE_POLICY} if full else {},
            "boundary": BOUNDARY if full else "",
            "task_boundary": BOUNDARY if full else "",
            "clients": 3 if full else 1,
        }
        rendered.append(templates.render("targets/ecs/service.yaml", **values))
    return rendered


def of_pipelines() -> list[str]:
    texts = []
    for architecture, target, notify in itertools.product(
        ("arm64", "x86_64"), (ecs.Settings(), elastic_beanstalk.Settings()), (None, TOPIC)
    ):
        settings = Pipeline(connection=CONNECTION, repository="team/orders", notify=notify)
        bounded = BOUNDARY if notify else ""
        texts.append(pipelines.rendered(deployment(architecture, bounded), target, settings))
    return texts


def test_every_combination_of_options_renders_what_cfn_lint_calls_right(tmp_path: Path) -> None:
    rendered = [*services(), *of_pipelines(), *(ecs.render_image(deployment(each)) for each in ("arm64", "x86_64"))]
    assert len(rendered) == 32 + 8 + 2
    for number, text in enumerate(rendered):
        (tmp_path / f"{number:02}.yaml").write_text(text)

    linted = subprocess.run(
        [sys.executable, "-c", LINT, "--regions", "eu-west-1", "--format", "parseable", *tmp_path.glob("*.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (linted.stdout, linted.stderr, linted.returncode) == ("", "", 0)


def test_a_template_that_nobody_edited_follows_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "service.yaml"
    first = templates.in_repository(path, "Description: first\n")
    path.write_bytes(first.content)

    second = templates.in_repository(path, "Description: second\n")

    assert b"Description: second" in second.content
    assert not second.edited


def test_a_template_that_somebody_edited_is_theirs(tmp_path: Path) -> None:
    path = tmp_path / "service.yaml"
    first = templates.in_repository(path, "Description: first\n")
    path.write_bytes(first.content + b"# ours\n")

    second = templates.in_repository(path, "Description: second\n")

    assert second == templates.Template(path, first.content + b"# ours\n", edited=True)


def test_no_template_uses_yaml_aliases_which_cloudformation_does_not_know() -> None:
    for text in [*services(), *of_pipelines(), ecs.render_image(deployment("arm64"))]:
        events = yaml.parse(text)
        assert [event for event in events if isinstance(event, yaml.AliasEvent)] == []


def test_every_role_has_the_boundary_that_is_set() -> None:
    settings = Pipeline(connection=CONNECTION, repository="team/orders")
    bounded = deployment("x86_64", BOUNDARY)
    texts = [
        services()[-1],
        ecs.render_image(bounded),
        *(pipelines.rendered(bounded, target, settings) for target in (ecs.Settings(), elastic_beanstalk.Settings())),
    ]
    every = [each for text in texts for each in cloudformation.load(text)["Resources"].items()]

    roles = {name: each["Properties"].get("PermissionsBoundary") for name, each in every if "Role" in name}

    names = ["BuildRole", "ExecutionRole", "GateRole", "ImageRole", "PipelineRole", "TaskRole"]
    assert roles == dict.fromkeys(names, BOUNDARY)


def test_no_template_names_a_partition_or_its_hosts() -> None:
    """Service principals are called alike everywhere."""
    for path in templates.folder().rglob("*.yaml.jinja"):
        text = path.read_text()
        assert [line for line in text.splitlines() if "arn:aws:" in line] == []
        hosts = [line.strip() for line in text.splitlines() if ".amazonaws.com" in line]
        assert [line for line in hosts if not line.startswith(("Service: ", "iam:PassedToService: "))] == []
