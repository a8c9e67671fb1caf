"""What `init` writes into migration.yaml of what it found."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate import config
from lambda_migrate.scaffold import Options, from_directory, migration, survey
from tests.scaffold.packages import FACTS, MAIN

if TYPE_CHECKING:
    from pathlib import Path


def test_the_configuration_says_what_was_found(tmp_path: Path) -> None:
    settings = 'lifespan="off", api_gateway_base_path="api", exclude_headers=["x-a"]'
    code = MAIN.replace("Mangum(app)", f"Mangum(app, {settings})")
    options = Options(tmp_path / "repo" / "orders", target="url")
    source = tmp_path / "old"
    source.mkdir()
    (source / "main.py").write_text(code)
    found = survey(from_directory(source), FACTS, options)
    text = migration(found, FACTS, options, folder=tmp_path, source=source)
    read = config.parse(text)
    assert (read.function, read.region, read.account, read.source) == ("orders", "eu-west-1", "123456789012", "old")
    assert (read.service.directory, read.service.target.kind) == ("repo/orders", "url")
    assert (read.proxy.base_path, read.proxy.lifespan, read.proxy.exclude_headers) == ("/api", "off", ["x-a"])
    assert read.proxy.signing_keys == "secretsmanager:lambda-migrate/orders/signing-keys"


@pytest.mark.parametrize("target", ["url", "ecs"])
@pytest.mark.parametrize("topics", [(), ("arn:aws:sns:eu-west-1:123456789012:shipments",)])
def test_the_configuration_names_what_callers_need_of_the_service(
    tmp_path: Path, target: str, topics: tuple[str, ...]
) -> None:
    parts = frozenset({"api-destination", "sqs", *(["sns"] if topics else [])})
    facts = replace(FACTS, parts=parts, topics=topics, queues=("https://sqs.example/payments",))
    options = Options(tmp_path / "service", target=target, url="https://orders.example.com", store="ssm")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.py").write_text(MAIN)
    found = survey(from_directory(tmp_path / "code"), facts, options)

    text = migration(found, facts, options, folder=tmp_path)

    read = config.parse(text)
    deployed = {"LAMBDA_MIGRATE_SNS_TOPICS": ",".join(topics)} if topics and target == "ecs" else {}
    assert (read.service.url, read.service.api_key) == ("https://orders.example.com", "ssm:/orders/api-key")
    assert getattr(read.service.target, "environment", {}) == deployed
    assert re.search(r'^ +#(?:  )? +LAMBDA_MIGRATE_CONSUME_QUEUES: "https://sqs.example/payments"$', text, re.MULTILINE)
    assert all(topic in text for topic in topics)
    assert read.verify.metric_period == 60.0
