"""What is made for a function has a name that AWS takes, and no other function's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lambda_migrate.engine import guard_role
from lambda_migrate.targets import Deployment, elastic_beanstalk, roles, stacks
from lambda_migrate.targets.ecs import names

REPOSITORY = re.compile(r"(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*")
"""``RepositoryName`` of ECR's service model, in its stricter form of before 2023."""

NAMES = [
    "orders",
    "Orders",
    "ORDERS",
    "my_fn",
    "my-fn",
    "my__fn",
    "_orders",
    "orders_",
    "_",
    "___",
    "-",
    "a" * 64,
    "A" * 64,
]


def deployment(name: str) -> Deployment:
    return Deployment(name, Path("service"), Path("state"))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_a_function_makes_names_that_aws_takes(name: str) -> None:
    environment = elastic_beanstalk.environment_name(deployment(name), elastic_beanstalk.Settings())

    assert REPOSITORY.fullmatch(names.repository(deployment(name)))
    assert re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", names.service_stack(deployment(name)))
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{2,38}[A-Za-z0-9]", environment)
    assert re.fullmatch(r"[\w+=,.@-]{1,64}", roles.distinct(name, "service"))
    assert re.fullmatch(r"[0-9a-zA-Z-_.]{1,64}", guard_role.name_of(name))


def test_no_two_functions_share_a_name() -> None:
    """Roles of IAM and repositories of ECR are told apart by more than the case of their letters."""
    made = {
        "repository": [names.repository(deployment(name)) for name in NAMES],
        "stack": [stacks.name_of(deployment(name), "image") for name in NAMES],
        "role": [roles.distinct(name, "service").lower() for name in NAMES],
        "guard": [guard_role.name_of(name).lower() for name in NAMES],
        "environment": [
            elastic_beanstalk.environment_name(deployment(name), elastic_beanstalk.Settings()) for name in NAMES
        ],
    }

    assert {what: len(set(each)) for what, each in made.items()} == dict.fromkeys(made, len(NAMES))


def test_a_plain_name_stays_as_it_is() -> None:
    assert names.repository(deployment("my_fn")) == "lambda-migrate/my_fn"
    assert stacks.name_of(deployment("my-fn"), "image") == "lambda-migrate-my-fn-image"
    assert roles.distinct("orders", "service") == "lambda-migrate-orders-service"
