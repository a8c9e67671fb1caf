"""IAM lets an action go there and back with just what it says that it calls, and not with one permission less.

An embedded AWS that asks for permissions is told of a user who has exactly these. `make test` takes worlds by a seed,
`make chaos` all of them, and every permission.
"""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.aws.permissions import Place, permissions
from lambda_migrate.aws.session import READ_PREFIXES, Aws
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import NotAllowed
from tests.actions import worlds_stand_ins
from tests.actions.crashes import Crashes
from tests.actions.stage import Stage, trust
from tests.actions.worlds import LOCAL, WORLDS
from tests.support.chaos import FULL
from tests.support.embedded_aws import function_maker
from tests.support.operator import asking_aws

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_migrate.actions import Action
    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.support.operator import Operator

pytestmark = pytest.mark.sandbox

PLACE = Place("aws", "us-east-1", "000000000000")
SEED = int(os.environ.get("CHAOS_SEED", "1"))
STAND_INS = (
    "build_image",
    "create_application",
    "create_environment",
    "point_environment",
    "publish_signed_layer",
    "set_runtime_updates",
    *worlds_stand_ins.WORLDS,
)
"""Worlds whose AWS is a stand-in, which does not ask for permissions."""
UNASKED = {"iam:PassRole"}
"""What the embedded AWS does not ask for, and so takes nobody's word that it is missing."""
REMOTE = [name for name in WORLDS if name not in LOCAL and not name.startswith(STAND_INS)]
SAMPLE = REMOTE if FULL else random.Random(SEED).sample(REMOTE, 12)


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedAws, Operator]]:
    with asking_aws(tmp_path_factory.mktemp("asking")) as account:
        yield account


@pytest.mark.chaos
@pytest.mark.parametrize("name", SAMPLE)
def test_an_action_needs_what_it_says_and_nothing_less(
    name: str, account: tuple[EmbeddedAws, Operator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"CHAOS_SEED={SEED}")
    aws, operator = account
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    stage = _stage(aws, operator, tmp_path, monkeypatch)
    action = WORLDS[name](stage).action
    session = _session(aws, operator.environment, monkeypatch)
    said = sorted({each for call in action.aws_calls() for each in permissions(call, PLACE)})
    crashes = Crashes(session)

    if action.reversible:
        operator.may(said)
        there_and_back(action, session)
        own = [next(permissions(call, PLACE), None) for call in crashes.made if call.name not in UNASKED]
        used = sorted({each.action for each in own if each})
        for taken in used if FULL else random.Random(f"{SEED} {name}").sample(used, 1):
            operator.may(each for each in said if each.action != taken)
            with pytest.raises(NotAllowed):
                there_and_back(action, session)
            operator.may(said)
            bring(action, session, Observed.BEFORE)
    else:
        operator.may(each for each in said if each.action.partition(":")[2].startswith(READ_PREFIXES))
        with pytest.raises(NotAllowed):
            there_and_back(action, session)
        operator.may(said)
        there_and_back(action, session)


def there_and_back(action: Action, session: Aws) -> None:
    bring(action, session, Observed.AFTER)
    if action.reversible:
        bring(action, session, Observed.BEFORE)


def _stage(aws: EmbeddedAws, operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    unique = f"t{uuid4().hex[:10]}"
    maker = function_maker(operator.client, aws.account, unique)
    operator.client("iam").create_role(
        RoleName=unique, AssumeRolePolicyDocument=json.dumps(trust("lambda.amazonaws.com"))
    )
    return Stage(operator.client, maker, unique, _session(aws, aws.environment, monkeypatch), folder)


def _session(aws: EmbeddedAws, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Return a session of whoever has these credentials, which it has read when this returns."""
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    session = Aws(region=aws.region, endpoint_url=aws.endpoint_url)
    assert session.session.get_credentials().access_key == environment["AWS_ACCESS_KEY_ID"]
    return session
