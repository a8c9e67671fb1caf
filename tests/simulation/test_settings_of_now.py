"""A run that AWS refused half way goes on with what migration.yaml says by then, or says plainly that it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulation.account import opened
from tests.simulation.faults import Fault
from tests.simulation.migrating import CONFIGURATION, Command, Migrating
from tests.simulation.unkindness import Unkindness

if TYPE_CHECKING:
    from pathlib import Path

BOUNDARY = "arn:aws:iam::123456789012:policy/team"
BOUNDED = f"{CONFIGURATION}permissions_boundary: {BOUNDARY}\n"
ACCEPTED = CONFIGURATION.replace("accept: [", "accept: [{rule: no-guard, reason: two of us watch it}, ")


class Account:
    """An account where nobody may make a role without a boundary, and somebody who migrates in it."""

    def __init__(self, folder: Path) -> None:
        self.world, self.folder = opened(1, Unkindness(roles_bounded=True)), folder
        self.boundaries: list[str | None] = []

    def __call__(self, name: str, configuration: str = CONFIGURATION, *faults: Fault) -> tuple[str, str]:
        """Type a command; return what it came to, and what it said."""
        self.boundaries.clear()
        we = Migrating(self.world, self.folder, configuration, asked=self._asked)
        options = (("last", True),) if name == "rollback" else ()
        outcome = we(Command(name, options), *faults)
        return outcome.error.message if outcome.error else outcome.how, we.said

    def _asked(self, _service: str, operation: str, parameters: dict[str, Any]) -> None:
        if operation == "create_role":
            self.boundaries.append(parameters.get("PermissionsBoundary"))


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


@pytest.mark.parametrize(("configuration", "boundary"), [(BOUNDED, BOUNDARY), (ACCEPTED, None)])
def test_a_cutover_whose_guard_was_refused_goes_on_once_migration_yaml_says_how(
    account: Account, configuration: str, boundary: str | None
) -> None:
    account("proxy")
    refused, _ = account("cutover")
    assert refused.startswith("no-guard: nothing would put traffic back by itself: iam:CreateRole")

    done, said = account("cutover", configuration)

    assert (done, set(account.boundaries)) == ("done", {boundary})
    assert "Carrying on with the run of" in said


def test_what_goes_on_as_it_was_planned_is_said_and_how_to_begin_again(account: Account) -> None:
    account("proxy", BOUNDED)
    account("cutover", BOUNDED)
    refused, _ = account("direct")
    assert refused.startswith("iam:CreateRole")

    again, said = account("direct", BOUNDED)

    assert (again.startswith("iam:CreateRole"), account.boundaries) == (True, [None])
    told = "migration.yaml has changed since; these steps go on as planned: 04-create_role."
    assert f"{told} To start over, run `lambda-migrate rollback --last` first." in said
    assert account("rollback", BOUNDED)[0] == "done"
    assert (account("direct", BOUNDED)[0], account.boundaries) == ("done", [BOUNDARY])


def test_a_plan_of_which_nothing_was_done_is_made_again(account: Account) -> None:
    refused, _ = account("proxy", BOUNDED, Fault("denied", 1, "lambda:PublishVersion"))
    assert refused.startswith("lambda:PublishVersion")

    done, said = account("proxy", BOUNDED.replace("proxy: {", "proxy: {fallback: never, "))

    assert (done, "Carrying on" in said, "Carrying on" in account("cutover", BOUNDED)[1]) == ("done", False, False)
