from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.actions.function.save_backup import SaveBackup
from lambda_migrate.errors import AwsError, MigrateError, NotAllowed, NotFound
from lambda_migrate.function.backup import KEPT_NOWHERE, Backup, without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.http import Client

pytestmark = pytest.mark.sandbox


class Killed(BaseException):
    """The process dies here."""


class Elsewhere:
    """An AWS of a region that does not know all settings of functions."""

    def __init__(self, aws: Aws, unknown: dict[str, MigrateError]) -> None:
        self._aws = aws
        self._unknown = unknown

    def __getattr__(self, name: str) -> Any:
        return getattr(self._aws, name)

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        if operation in self._unknown:
            raise self._unknown[operation]
        return self._aws.call(service, operation, **parameters)


class Mortal:
    """An AWS during whose n-th call the process dies."""

    def __init__(self, aws: Aws, last: int) -> None:
        self._aws = aws
        self.left = last

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        self._count()
        return self._aws.call(service, operation, **parameters)

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
        self._count()
        return self._aws.pages(service, operation, key, **parameters)

    def downloads(self) -> Client:
        return self._aws.downloads()


@pytest.fixture
def function(make_function: Callable[..., str], client: Callable[[str], Any], unique: str) -> str:
    make_function(Environment={"Variables": {"SESSION_SECRET": "s3cret"}})
    version = client("lambda").publish_version(FunctionName=unique)["Version"]
    client("lambda").create_alias(FunctionName=unique, Name="live", FunctionVersion=version)
    client("lambda").put_function_recursion_config(FunctionName=unique, RecursiveLoop="Allow")
    client("lambda").put_provisioned_concurrency_config(
        FunctionName=unique, Qualifier="live", ProvisionedConcurrentExecutions=3
    )
    client("lambda").add_permission(
        FunctionName=unique,
        Qualifier="live",
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
    )
    return unique


def test_a_backup_holds_all_that_is_needed_to_make_the_function_again(aws: Aws, function: str, tmp_path: Path) -> None:
    backup = Backup(tmp_path / "backup" / function)

    backup.write(aws, function, {"SESSION_SECRET": "secretsmanager:orders/SESSION_SECRET"})

    names = sorted(str(path.relative_to(backup.folder)) for path in backup.folder.rglob("*") if path.is_file())
    assert [name for name in names if name.startswith("code/")] == [names.pop(4)]
    assert names == [
        ".gitignore",
        "RESTORE.md",
        "aliases.json",
        "asynchronous.json",
        "configuration.json",
        "function.json",
        "manifest.json",
        "mappings.json",
        "policies.json",
        "settings.json",
        "urls.json",
        "versions.json",
    ]
    assert json.loads((backup.folder / "configuration.json").read_text())["Environment"]["Variables"] == {
        "SESSION_SECRET": "secretsmanager:orders/SESSION_SECRET"
    }
    assert [name for name in names if b"s3cret" in (backup.folder / name).read_bytes()] == []
    assert list(json.loads((backup.folder / "policies.json").read_text())) == ["", "live"]
    settings = json.loads((backup.folder / "settings.json").read_text())
    assert settings["FunctionRecursionConfig"] == {"RecursiveLoop": "Allow"}
    assert [each["RequestedProvisionedConcurrentExecutions"] for each in settings["ProvisionedConcurrencyConfigs"]] == [
        3
    ]
    assert backup.sound()
    assert backup.function_arn().endswith(f":function:{function}")


def test_what_a_region_does_not_know_of_a_function_does_not_hold_up_its_backup(
    aws: Aws, function: str, tmp_path: Path
) -> None:
    unknown: dict[str, MigrateError] = {
        "get_function_code_signing_config": NotAllowed("not allowed here"),
        "get_function_recursion_config": AwsError("not valid here"),
        "get_runtime_management_config": NotFound("not there"),
    }
    backup = Backup(tmp_path / "backup" / function)

    backup.write(Elsewhere(aws, unknown), function, {})  # type: ignore[arg-type]

    settings = json.loads((backup.folder / "settings.json").read_text())
    settings.pop("ProvisionedConcurrencyConfigs")
    assert settings == {
        "FunctionCodeSigningConfig": "not kept: not allowed here",
        "FunctionRecursionConfig": "not kept: not valid here",
    }


def test_no_secret_is_in_a_backup_and_what_is_not_one_is() -> None:
    plain = {"API_KEY": "ssm:/orders/key", "TABLE": "orders"}
    variables = {"PASSWORD": "hunter2", "TOKEN": "abc", "URL": "x://u:p@h", **plain}
    configuration = {"Handler": "a.b", "Environment": {"Variables": variables, "Error": {}}}
    kept = {"PASSWORD": "secretsmanager:orders/PASSWORD"}

    assert without_secrets(configuration, kept) == {
        "Handler": "a.b",
        "Environment": {
            "Variables": {
                "PASSWORD": "secretsmanager:orders/PASSWORD",
                "TOKEN": KEPT_NOWHERE,
                "API_KEY": "ssm:/orders/key",
                "TABLE": "orders",
                "URL": KEPT_NOWHERE,
            },
            "Error": {},
        },
    }
    assert without_secrets({"Handler": "a.b"}, kept) == {"Handler": "a.b"}


def test_only_its_owner_can_read_it(aws: Aws, function: str, tmp_path: Path) -> None:
    backup = Backup(tmp_path / function)
    backup.write(aws, function, {})

    assert {stat.S_IMODE(path.stat().st_mode) for path in backup.folder.rglob("*") if path.is_file()} == {0o600}
    assert stat.S_IMODE(backup.folder.stat().st_mode) == 0o700


def test_a_file_that_changed_since_is_noticed(aws: Aws, function: str, tmp_path: Path) -> None:
    backup = Backup(tmp_path / function)
    backup.write(aws, function, {})
    (backup.folder / "policies.json").write_text("{}")

    assert not backup.sound()
    assert SaveBackup(function, str(backup.folder)).observe(aws) is Observed.DRIFT


def test_killed_at_any_call_it_leaves_no_half_backup_and_goes_on(aws: Aws, function: str, tmp_path: Path) -> None:
    action = SaveBackup(function, str(tmp_path / function))
    calls = 0
    while True:
        mortal: Any = Mortal(aws, calls)
        try:
            action.apply(mortal)
            break
        except Killed:
            assert action.observe(aws) is Observed.BEFORE
            calls += 1
    assert calls > 8
    assert action.observe(aws) is Observed.AFTER


def test_what_cannot_be_written_is_told_and_nothing_is_left(aws: Aws, function: str, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    with pytest.raises(MigrateError) as caught:
        Backup(in_the_way / function).write(aws, function, {})

    assert (caught.value.message, caught.value.hint) == (
        f"the backup cannot be written to `{in_the_way / function}`: {os.strerror(20)}",
        "make room, or name another folder in `retire.backup`; nothing was deleted",
    )


def test_a_function_that_is_gone_has_no_backup(aws: Aws, unique: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Backup(tmp_path / unique).write(aws, unique, {})

    assert not (tmp_path / unique).exists()
