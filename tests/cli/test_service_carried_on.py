"""`service deploy` after one that was stopped on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.s3.create_bucket import CreateBucket
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.plan import Plan, Step
from lambda_migrate.engine.runs import runs
from lambda_migrate.errors import Interrupted
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox


def test_it_finishes_what_was_begun_so_that_nothing_stays_open(
    run: Callable[..., Answer],
    tmp_path: Path,
    aws: Aws,
    make_function: Callable[..., str],
    unique: str,
    client: Callable[[str], Any],
) -> None:
    arn, ledger = make_function(), tmp_path / "ledger.yaml"
    names = [f"{unique}-first", f"{unique}-second"]
    steps = tuple(Step(f"0{n}-create_bucket", CreateBucket(name, "us-east-1")) for n, name in enumerate(names, start=1))
    stops = iter([False, True])
    with Ledger.open(ledger, Identity(aws.account, "us-east-1", arn), command="service deploy", by="tester") as opened:
        executor = Executor(opened, aws, stop=lambda: next(stops))
        with pytest.raises(Interrupted):
            executor.run(Plan("service", arn, "", steps))
    with serving() as service:
        (tmp_path / "migration.yaml").write_text(f"function: {unique}\nservice: {{url: '{service.url}'}}\n")

        looked = run("service", "deploy", "--dry-run")
        answer = run("service", "deploy", "--yes", "--json")

    assert "1 of 2 steps are applied" in looked.out
    assert answer.code == 0, answer.out
    assert answer.json["data"]["applied"] == ["01-create_bucket", "02-create_bucket"]
    assert [each.closed for each in runs(Ledger.read(ledger))] == ["finished"]
    there = {each["Name"] for each in client("s3").list_buckets()["Buckets"]}
    assert set(names) <= there
