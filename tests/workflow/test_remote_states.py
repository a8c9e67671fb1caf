"""States that Terraform keeps in S3: read where the caller may, ids alone; told where not."""

from __future__ import annotations

import io
import json
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.aws.permissions import Permission, Place, permissions
from lambda_migrate.errors import NotAllowed, NotFound
from lambda_migrate.workflow import owners_files, remote_states
from lambda_migrate.workflow.ownership import ownership
from tests.inventory.fake_aws import FUNCTION as ARN
from tests.inventory.fake_aws import FakeAws
from tests.planner.canary import at

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2"
WHERE = "../infra/.terraform/terraform.tfstate"
KEPT = "s3://states/shop/terraform.tfstate"
UNKNOWN = "what Terraform owns is unknown"
DENIED = NotAllowed("you may not s3:GetObject")
CONFIG = {"bucket": "states", "key": "shop/terraform.tfstate", "region": "eu-west-1", "secret_key": SECRET}
LOCK = json.dumps({"Operation": "OperationTypeApply", "Who": "alice@laptop", "Created": "2026-11-30T18:00:00Z"})


@dataclass
class Bucket(FakeAws):
    """An S3 of recorded objects."""

    objects: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    region: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = {"s3:get_object": self._object, **self.answers}

    def _object(self, Bucket: str, Key: str) -> Any:  # noqa: N803  # as boto3 has it
        self.asked.append((Bucket, Key))
        found = self.objects.get(Key, NotFound("no such key"))
        if isinstance(found, Exception):
            raise found
        return {"Body": io.BytesIO(found if isinstance(found, bytes) else found.encode())}

    def elsewhere(self, region: str) -> Bucket:
        self.region.append(region)
        return self

    def translated(self, *_about: Any) -> Any:
        return nullcontext()


def state(name: str = "orders") -> str:
    attributes = {"arn": ARN, "function_name": name, "environment": [{"variables": {"PASSWORD": SECRET}}]}
    function = {"mode": "managed", "type": "aws_lambda_function", "name": "orders"}
    database = {
        "mode": "managed",
        "type": "aws_db_instance",
        "name": "main",
        "instances": [{"attributes": {"id": SECRET}}],
    }
    return json.dumps({"version": 4, "resources": [{**function, "instances": [{"attributes": attributes}]}, database]})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "infra" / ".terraform").mkdir(parents=True)
    return tmp_path


def initialised(project: Path, kind: str = "s3", workspace: str = "", **config: Any) -> Path:
    """Write what `terraform init` writes, and return the folder of the code."""
    backend = {"version": 3, "backend": {"type": kind, "config": {**CONFIG, **config}, "hash": 1}}
    (project / "infra" / ".terraform" / "terraform.tfstate").write_text(json.dumps(backend))
    if workspace:
        (project / "infra" / ".terraform" / "environment").write_text(workspace)
    return project / "src"


def told(aws: Bucket, code: Path) -> list[str]:
    return remote_states.read(aws, code).notes  # type: ignore[arg-type]


def test_the_owner_is_told_from_the_state_in_s3_and_no_secret_of_it_kept(project: Path) -> None:
    code, aws = initialised(project), Bucket(objects={CONFIG["key"]: state()})

    known = ownership(aws, at("1"), code)  # type: ignore[arg-type]

    assert str(known.things[0]) == f"terraform: `aws_lambda_function.orders` in `{KEPT}`"
    assert (aws.asked, known.notes) == ([("states", "shop/terraform.tfstate")], ())
    assert SECRET not in repr(known)
    made = {"mode": "managed", "type": "aws_lambda_function", "name": "orders"}
    ids = [{"attributes": {"arn": ARN, "function_name": "orders"}}]
    assert json.loads(owners_files.read(code, known.states).texts["infra/terraform.tfstate"]) == {
        "version": 4,
        "resources": [{**made, "instances": ids}],
    }


@pytest.mark.parametrize(
    ("workspace", "config", "key"),
    [
        ("", {}, "shop/terraform.tfstate"),
        ("default\n", {}, "shop/terraform.tfstate"),
        ("prod\n", {}, "env:/prod/shop/terraform.tfstate"),
        ("prod", {"workspace_key_prefix": "teams"}, "teams/prod/shop/terraform.tfstate"),
    ],
)
def test_each_workspace_has_a_state_of_its_own(project: Path, workspace: str, config: Any, key: str) -> None:
    code, aws = initialised(project, workspace=workspace, region="us-east-1", **config), Bucket(objects={key: state()})

    assert (told(aws, code), aws.asked, aws.region) == ([], [("states", key)], ["us-east-1"])


@pytest.mark.parametrize(
    ("found", "why", "then"),
    [
        (DENIED, "you may not s3:GetObject", "allow s3:GetObject on it"),
        (NotFound("no such key"), "no such key", "check with Terraform itself"),
    ],
)
def test_a_state_that_may_not_be_read_is_told_with_the_permission(
    project: Path, found: Any, why: str, then: str
) -> None:
    notes = told(Bucket(objects={CONFIG["key"]: found}), initialised(project))

    assert notes == [f"`{KEPT}` cannot be read ({why}): {UNKNOWN}; {then}"]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ("{", "not JSON"),
        ('{"version": 3}', "not a state of version 4"),
        ('{"encrypted_data": "x", "meta": {}}', "encrypted by OpenTofu"),
        (b"\xff\xfe", "not UTF-8"),
        ("[" * 100_000, "nested too deeply"),
    ],
    ids=["cut off", "old", "encrypted", "no text", "deep"],
)
def test_a_state_that_is_none_is_told(project: Path, found: Any, why: str) -> None:
    notes = told(Bucket(objects={CONFIG["key"]: found}), initialised(project))

    assert notes == [f"`{KEPT}` cannot be read ({why}): {UNKNOWN}; check with Terraform itself"]


@pytest.mark.parametrize(
    ("kind", "config", "why"),
    [
        ("gcs", {}, f"{UNKNOWN}, its state is not here (`{WHERE}`): it is kept at `gcs`, which is not asked"),
        (
            "s3",
            {"endpoints": {"s3": "https://objects.example.com"}},
            f"{UNKNOWN}, its state is not here (`{WHERE}`): it is kept at an endpoint of its own, which is not asked",
        ),
        (
            "s3",
            {"bucket": None},
            f"`{WHERE}` cannot be read (it names no bucket and key): where Terraform keeps its state is unknown",
        ),
    ],
)
def test_a_state_that_is_kept_elsewhere_is_not_asked_for(project: Path, kind: str, config: Any, why: str) -> None:
    aws = Bucket()

    assert (told(aws, initialised(project, kind, **config)), aws.calls) == ([why], [])


def test_code_that_was_never_initialised_is_told_with_what_to_type(project: Path) -> None:
    (project / "infra" / "main.tf").write_text('terraform {\n  backend "s3" {\n    bucket = "states"\n  }\n}\n')
    (project / "infra" / "other.tf").write_text('# backend "s3" {}\nterraform {\n  backend "local" {}\n}\n')

    assert told(Bucket(), project / "src") == [
        f"{UNKNOWN}, `../infra/main.tf` keeps its state in `s3`: run `terraform init` in `../infra`"
    ]


def locked(where: str) -> str:
    who = "OperationTypeApply alice@laptop 2026-11-30T18:00:00Z"
    text = f"terraform is running, its state is locked (`{where}`: {who}), so what was read of it may be half-changed"
    return f"{text}: wait until it is done, then run this again"


def test_a_lock_in_dynamodb_is_told_with_who_is_at_work(project: Path) -> None:
    asked: list[Any] = []

    def item(**parameters: Any) -> Any:
        asked.append(parameters)
        return {"Item": {"LockID": {"S": "states/shop/terraform.tfstate"}, "Info": {"S": LOCK}}}

    aws = Bucket({"dynamodb:get_item": item}, objects={CONFIG["key"]: state()})

    assert told(aws, initialised(project, dynamodb_table="locks")) == [locked("locks/states/shop/terraform.tfstate")]
    key = {"LockID": {"S": "states/shop/terraform.tfstate"}}
    assert asked == [{"TableName": "locks", "Key": key, "ConsistentRead": True}]


def test_a_lock_beside_the_state_is_told_with_who_is_at_work(project: Path) -> None:
    aws = Bucket(objects={CONFIG["key"]: state(), f"{CONFIG['key']}.tflock": LOCK})

    assert told(aws, initialised(project, use_lockfile=True)) == [locked(f"{KEPT}.tflock")]


@pytest.mark.parametrize(
    ("config", "answers", "permission"),
    [
        ({"dynamodb_table": "locks"}, {"dynamodb:get_item": DENIED}, "dynamodb:GetItem on its table"),
        ({"use_lockfile": True}, {}, "s3:ListBucket on its bucket"),
    ],
)
def test_a_lock_that_may_not_be_looked_at_is_unknown(project: Path, config: Any, answers: Any, permission: str) -> None:
    aws = Bucket(dict(answers), objects={CONFIG["key"]: state(), f"{CONFIG['key']}.tflock": DENIED})

    (note,) = told(aws, initialised(project, **config))
    assert note == (
        f"whether Terraform is running on `{KEPT}` is not known (you may not s3:GetObject):"
        f" ask before you go on, or allow {permission}"
    )


def test_nobody_at_work_is_nothing_to_tell(project: Path) -> None:
    aws = Bucket({"dynamodb:get_item": {}}, objects={CONFIG["key"]: state()})

    assert told(aws, initialised(project, dynamodb_table="locks", use_lockfile=True)) == []


def test_policy_names_the_object_its_lock_and_nothing_more(project: Path) -> None:
    code = initialised(project, dynamodb_table="locks", use_lockfile=True, region="us-east-1")
    place = Place("aws", "eu-west-1", "123456789012")

    named = {each for call in remote_states.calls_of(code) for each in permissions(call, place)}

    assert named == {
        Permission("s3:GetObject", "arn:aws:s3:::states/shop/terraform.tfstate"),
        Permission("s3:GetObject", "arn:aws:s3:::states/shop/terraform.tfstate.tflock"),
        Permission("s3:ListBucket", "arn:aws:s3:::states"),
        Permission("dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/locks"),
    }


def test_what_is_left_of_a_local_state_does_not_stand_for_the_one_in_s3(project: Path) -> None:
    code, aws = initialised(project), Bucket(objects={CONFIG["key"]: state()})
    left = code.parent / "infra" / "terraform.tfstate"
    left.write_text(json.dumps({"version": 4, "resources": []}))  # `terraform init -migrate-state` leaves such a one

    known = ownership(aws, at("1"), code)  # type: ignore[arg-type]

    (resource,) = json.loads(owners_files.read(code, known.states).texts["infra/terraform.tfstate"])["resources"]
    assert resource["name"] == "orders"
