"""What somebody else does to a distribution while its origin is led elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.base import Observed
from lambda_migrate.actions.cloudfront.point_origin import PointOrigin
from lambda_migrate.actions.cloudfront.share_origin import ShareOrigin
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import Drifted, NotFound, PreconditionFailed
from tests.actions.stage import SECRET
from tests.actions.worlds_cloudfront import SIDE, configuration, origin
from tests.inventory.fake_aws import FakeAws

if TYPE_CHECKING:
    from collections.abc import Callable

BEFORE = {"DomainName": "abc.lambda-url.eu-west-1.on.aws", **SIDE, "Keyed": []}
AFTER = {**BEFORE, "DomainName": "orders.example.com", "OriginAccessControlId": ""}


class Distribution:
    """A distribution in memory, whose ETag changes with each write, and which is deployed a look later."""

    def __init__(self) -> None:
        ours = origin("api", BEFORE["DomainName"], OriginAccessControlId="E2OAC")
        self.config: dict[str, Any] = configuration("shop", ours, origin("images", "images.example.com"))
        self.version, self.looks, self.written = 1, 0, 0
        self.aws: Any = FakeAws(
            {
                "cloudfront:get_distribution": self._get,
                "cloudfront:update_distribution": self._update,
                "cloudfront:describe_function": {"ETag": "EF"},
                "secretsmanager:get_secret_value": lambda **_asked: {"SecretString": SECRET},
            }
        )
        self.between: Callable[[], object] = lambda: None

    def _get(self, **_asked: Any) -> dict[str, Any]:
        self.looks += 1
        status = "InProgress" if self.written and self.looks == self.written + 1 else "Deployed"
        return {"ETag": f"E{self.version}", "Distribution": {"Status": status, "DistributionConfig": self.config}}

    def _update(self, *, IfMatch: str, DistributionConfig: dict[str, Any], **_asked: Any) -> dict[str, Any]:  # noqa: N803  # as botocore calls them
        self.between()
        if IfMatch != f"E{self.version}":
            raise PreconditionFailed("The precondition evaluated to false.")
        self.config, self.version, self.written = DistributionConfig, self.version + 1, self.looks
        return {}


def test_a_write_of_others_between_our_read_and_our_write_stops_us() -> None:
    there = Distribution()

    def theirs() -> None:
        there.config = {**there.config, "Comment": "theirs"}
        there.version += 1

    there.between = theirs
    before = there.config["Origins"]

    with pytest.raises(PreconditionFailed):
        PointOrigin("E1", BEFORE, AFTER, "api").apply(there.aws)
    assert (there.config["Comment"], there.config["Origins"]) == ("theirs", before)


def test_it_is_moving_until_it_is_deployed() -> None:
    there = Distribution()
    action = PointOrigin("E1", BEFORE, AFTER, "api")
    action.apply(there.aws)
    there.written = there.looks

    assert [action.observe(there.aws) for _ in range(2)] == [Observed.MOVING, Observed.AFTER]
    assert action.current(there.aws) == "origin api leads to orders.example.com"


def test_the_key_is_added_and_taken_away_and_shown_to_nobody() -> None:
    there = Distribution()
    header = "x-lambda-migrate-door-key"
    action = PointOrigin("E1", BEFORE, {**AFTER, "Keyed": [header]}, "api", {header: "secretsmanager:door"})
    owned = {"HeaderName": "x-tenant", "HeaderValue": "acme"}

    def headers() -> list[dict[str, str]]:
        return list(there.config["Origins"]["Items"][0]["CustomHeaders"]["Items"])

    bring(action, there.aws, Observed.AFTER, sleep=lambda _seconds: None)
    assert headers() == [owned, {"HeaderName": header, "HeaderValue": SECRET}]
    assert SECRET not in action.current(there.aws)
    bring(action, there.aws, Observed.BEFORE, sleep=lambda _seconds: None)
    assert headers() == [owned]


def test_an_alias_without_a_url_is_said() -> None:
    there = Distribution()
    action = PointOrigin("E1", BEFORE, {**BEFORE, "DomainName": "function-url:orders:live"}, "api")

    assert action.observe(there.aws) is Observed.BEFORE
    with pytest.raises(Drifted, match="`orders:live` has no function URL"):
        action.apply(there.aws)


def test_an_origin_that_is_gone_is_drift() -> None:
    there = Distribution()
    action = PointOrigin("E1", BEFORE, AFTER, "other")

    assert (action.observe(there.aws), action.current(there.aws)) == (Observed.DRIFT, "no origin other")
    with pytest.raises(PreconditionFailed):
        action.apply(there.aws)
    gone = PointOrigin("E1", BEFORE, AFTER, "api")
    nothing: Any = FakeAws()
    assert gone.observe(nothing) is Observed.DRIFT


FUNCTIONS = "arn:aws:cloudfront::123456789012:function/lambda-migrate-E1"
THEIRS = {"FunctionARN": "arn:aws:cloudfront::123456789012:function/theirs", "EventType": "viewer-request"}


def shared(before: int, after: int) -> ShareOrigin:
    return ShareOrigin("E1", before, after, "api", {"function": BEFORE, "service": AFTER}, ("*",), FUNCTIONS)


def runs(there: Distribution, *associations: dict[str, Any]) -> None:
    there.config["DefaultCacheBehavior"]["FunctionAssociations"] = {
        "Quantity": len(associations),
        "Items": list(associations),
    }


def test_a_share_does_not_take_the_place_of_the_function_of_somebody_else() -> None:
    there = Distribution()
    runs(there, THEIRS)

    with pytest.raises(Drifted, match=r"behavior `\*` runs a function for viewer requests by now"):
        bring(shared(0, 10), there.aws, Observed.AFTER, sleep=lambda _seconds: None)
    assert there.version == 1


def test_the_way_back_from_any_share_is_one_write_and_leaves_the_functions_of_others() -> None:
    there, first = Distribution(), Distribution().config
    for step in (shared(0, 10), shared(10, 50), shared(50, 100)):
        bring(step, there.aws, Observed.AFTER, sleep=lambda _seconds: None)
    assert [each["Id"] for each in there.config["Origins"]["Items"]] == ["api", "images"]
    runs(there, THEIRS)
    written, whole = there.version, shared(0, 10).joined(shared(10, 100))

    assert whole == shared(0, 100)
    bring(whole, there.aws, Observed.BEFORE, sleep=lambda _seconds: None)
    assert there.version == written + 1
    runs(there)
    there.config["DefaultCacheBehavior"]["FunctionAssociations"].pop("Items")
    assert there.config == first


def test_the_way_back_to_a_share_that_was_found_makes_its_function_again() -> None:
    there, functions = Distribution(), dict[str, str]()

    def described(*, Name: str, Stage: str) -> Any:  # noqa: N803  # as botocore calls them
        known = functions.get(Name, "") in ("LIVE", Stage)
        return {"ETag": "EF"} if known else NotFound("no such function")

    def made(*, Name: str, **_asked: Any) -> Any:  # noqa: N803  # as above
        functions[Name] = "DEVELOPMENT"
        return {}

    def published(*, Name: str, **_asked: Any) -> Any:  # noqa: N803  # as above
        functions[Name] = "LIVE"
        return {}

    bring(shared(0, 50), there.aws, Observed.AFTER, sleep=lambda _seconds: None)
    bring(shared(50, 100), there.aws, Observed.AFTER, sleep=lambda _seconds: None)
    there.aws.answers |= {
        "cloudfront:describe_function": described,
        "cloudfront:create_function": made,
        "cloudfront:publish_function": published,
    }

    assert bring(shared(50, 100), there.aws, Observed.BEFORE, sleep=lambda _seconds: None)
    assert (functions, shared(50, 100).observe(there.aws)) == ({"lambda-migrate-E1-50": "LIVE"}, Observed.BEFORE)
    functions.clear()
    with pytest.raises(Drifted, match="viewer function lambda-migrate-E1-60 does not exist"):
        bring(shared(50, 60), there.aws, Observed.AFTER, sleep=lambda _seconds: None)


def test_shares_of_different_origins_are_not_joined() -> None:
    other = ShareOrigin("E2", 10, 100, "api", {"function": BEFORE, "service": AFTER}, ("*",), FUNCTIONS)

    assert shared(0, 10).joined(other) is None


def test_a_behavior_that_lost_its_function_or_an_origin_that_is_gone_is_drift() -> None:
    there = Distribution()
    bring(shared(0, 10), there.aws, Observed.AFTER, sleep=lambda _seconds: None)
    assert shared(0, 10).current(there.aws) == "origin api: 10 % on the service"
    runs(there)

    assert shared(0, 10).observe(there.aws) is Observed.DRIFT
    assert shared(0, 10).current(there.aws) == f"origin api leads to {BEFORE['DomainName']}, no viewer function of ours"
    there.config["Origins"]["Items"].pop(0)
    assert shared(0, 10).observe(there.aws) is Observed.DRIFT
    assert shared(0, 10).current(there.aws) == "no origin api"
