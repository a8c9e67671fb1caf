"""Credentials that expire while the function and its surroundings are read: nothing of that becomes "unknown"."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.errors import NoCredentials
from lambda_migrate.inventory import grants
from lambda_migrate.inventory.finders import FINDERS
from tests.inventory.big_account import SIZES, full
from tests.inventory.fake_aws import statement

if TYPE_CHECKING:
    from tests.inventory.fake_aws import FakeAws

ONE_OF_EACH = dict.fromkeys(SIZES, 1)
ASK_NOTHING_HERE = ["function_urls", "cloudfront_origins", "delivery_streams", "lambda_edge", "pipelines", "roles"]
"""Finders that take what was read before, or look only for a URL, a role or a region that this function has not."""


def expiring(at: int) -> FakeAws:
    """Return an AWS that takes the credentials for so many calls."""
    aws = full("*", ONE_OF_EACH)

    class Expiring(type(aws)):  # type: ignore[misc]  # the account's own class, with an end
        def call(self, service: str, operation: str, **parameters: Any) -> Any:
            self.used()
            return super().call(service, operation, **parameters)

        def pages(self, service: str, operation: str, key: str, **parameters: Any) -> Any:
            self.used()
            yield from super().pages(service, operation, key, **parameters)

        def used(self) -> None:
            self.left -= 1
            if self.left < 0:
                raise NoCredentials("expired")

    aws.__class__ = Expiring
    aws.left = at  # type: ignore[attr-defined]  # as above
    return aws


def test_at_whichever_call_they_expire_nothing_goes_on() -> None:
    """Every finder's look at each thing is among these calls; a thousand are more than there are."""
    whole: Any = expiring(1_000)
    assert not [
        each for each in inventory.take(whole, "orders", alias="live").triggers if "expired" in each.settings.reason
    ]
    calls = 1_000 - whole.left

    assert calls == 40
    for at in range(calls):
        aws: Any = expiring(at)
        with pytest.raises(NoCredentials):
            inventory.take(aws, "orders", alias="live")


def test_no_finder_takes_it_for_a_thing_that_could_not_be_looked_at() -> None:
    whole: Any = full("*", ONE_OF_EACH)
    principals = {principal for finder in FINDERS for principal in finder.principals}
    allowed = [statement(f"s{number}", principal) for number, principal in enumerate(sorted(principals))]
    whole.answers["lambda:get_policy"] = {"Policy": json.dumps({"Statement": allowed})}
    function = inventory.take(whole, "orders", alias="live").function
    granted = grants.read(whole, function)
    ended, silent = [], []
    for finder in FINDERS:
        try:
            assert list(finder.find(expiring(0), function, granted)) == []  # type: ignore[arg-type]  # all that it needs
            silent.append(finder.name)
        except NoCredentials:
            ended.append(finder.name)

    assert (silent, len(ended)) == (ASK_NOTHING_HERE, len(FINDERS) - len(ASK_NOTHING_HERE))
