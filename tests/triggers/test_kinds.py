"""What every kind of trigger says of itself, and what it takes to add one."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.function.model import Alias
from lambda_migrate.inventory.finders import FINDERS
from lambda_migrate.planner import cutover, direct, retire
from lambda_migrate.triggers import TRIGGERS, from_dict, kind_of_event_source, look_up
from lambda_migrate.triggers.event_source import MappingSettings
from lambda_migrate.triggers.kind import TriggerKind
from tests.inventory.fake_aws import FUNCTION, FakeAws, configuration, statement
from tests.planner import worlds
from tests.triggers import known, pigeon

if TYPE_CHECKING:
    from lambda_migrate.triggers.base import Settings, Trigger

KINDS = sorted(TRIGGERS)
COOP = "arn:aws:pigeons:eu-west-1:123456789012:coop"


def module(**changed: Any) -> ModuleType:
    """Return the module of the carrier pigeons with some of its names changed, or taken away by None."""
    made = ModuleType("pigeon", pigeon.__doc__)
    names = {**vars(pigeon), **changed}
    vars(made).update({name: value for name, value in names.items() if value is not None})
    return made


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_that_stays_says_why_and_one_that_moves_says_how(name: str) -> None:
    kind = TRIGGERS[name]

    if kind.stays and kind.service:  # it depends on a setting, which both of them name
        (setting,) = set(re.findall(r"`service\.\w+`", kind.stays))
        assert setting in kind.service
    else:
        assert kind.stays or kind.service
    assert not kind.stays.endswith(".")
    assert kind.documentation


def test_no_two_kinds_are_found_by_the_same_event_source() -> None:
    services = [service for kind in TRIGGERS.values() for service in kind.event_sources]

    assert sorted(set(services)) == sorted(services)
    assert all(issubclass(kind.settings, MappingSettings) for kind in TRIGGERS.values() if kind.event_sources)


def test_of_a_kind_that_no_look_up_finds_the_permission_alone_is_enough() -> None:
    looked_up = {principal for finder in FINDERS for principal in finder.principals}
    by_permission = [kind for kind in TRIGGERS.values() if not looked_up & set(kind.principals) and kind.principals]

    assert len(by_permission) > 5
    for kind in by_permission:
        assert kind.settings(source="arn", principal="a", reason="b").source == "arn"


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        (f"arn:aws:sqs:{known.REGION}:jobs", "sqs"),
        (f"arn:aws:rds:{known.REGION}:cluster:orders", "documentdb"),
        ("", "kafka"),
        (f"arn:aws:brand-new:{known.REGION}:thing", "unknown"),
    ],
)
def test_the_source_of_a_mapping_tells_its_kind(arn: str, kind: str) -> None:
    assert kind_of_event_source(arn).name == kind


@pytest.mark.parametrize(
    "trigger",
    [
        known.http_api("live", markers=("lambda-migrate direct 1",)),
        known.sns("live", FilterPolicy="{}"),
        known.eventbridge("live", Input="{}"),
        known.sqs("live", FilterCriteria={"Filters": [{"Pattern": "{}"}]}),
    ],
    ids=lambda trigger: trigger.kind,
)
def test_a_trigger_survives_json(trigger: Trigger[Settings]) -> None:
    again = from_dict(json.loads(json.dumps(asdict(trigger))))

    assert again == trigger
    assert type(again.settings) is type(trigger.settings)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"LABEL": None}, "has no attribute 'LABEL'"),
        ({"LABEL": ""}, "needs KIND, LABEL and FOUND"),
        ({"TRAFFIC": "letters"}, "TRAFFIC is one of ('requests', 'events')"),
        ({"Settings": dict}, "Settings extends triggers.base.Settings"),
        ({"ALIAS": None}, "ALIAS and to_alias go together"),
        ({"to_alias": None}, "ALIAS and to_alias go together"),
        ({"SERVICE": "it is read to the service"}, "SERVICE and to_service go together"),
        ({"SERVICE": "it is read aloud", "to_service": pigeon.to_alias}, "to_service needs source_metrics"),
        ({"STAYS": None}, "without to_service it needs STAYS, the reason"),
        ({"GRADUAL": "letter by letter"}, "GRADUAL is about the way straight to the service"),
        ({"BACK": None}, "BACK and TWICE go with what moves it"),
        ({"TWICE": None}, "BACK and TWICE go with what moves it"),
        ({"SETTLES": None}, "SETTLES, in seconds, goes with what moves it"),
    ],
)
def test_a_kind_that_is_not_whole_is_refused_when_the_registry_is_made(changed: dict[str, Any], wrong: str) -> None:
    with pytest.raises(TypeError) as caught:
        TriggerKind.of(module(**changed))

    assert str(caught.value).endswith(wrong)


@pytest.mark.usefixtures("made_up_kinds")
def test_a_made_up_kind_is_one_file_and_one_line_from_the_look_to_the_end() -> None:
    policy = {"Statement": [statement("letters", "pigeons.amazonaws.com", COOP)]}
    aws = FakeAws(
        {
            "lambda:get_function": {"Configuration": configuration()},
            "lambda:get_policy": {"Policy": json.dumps(policy)},
        }
    )

    found = inventory.take(aws, "orders", alias="live")

    (letter,) = found.triggers
    assert letter == known.Trigger(
        "pigeon",
        f"pigeons.amazonaws.com:{COOP}:",
        "coop",
        "",
        pigeon.Settings(source=COOP, principal="pigeons.amazonaws.com"),
    )
    versions = (worlds.version("1"), worlds.version("2", "non-api"))
    before = worlds.inventory(letter, versions=versions, alias=Alias("live", "1"))
    moved = [step.action for step in cutover.plan(before, worlds.settings()).steps if step.trigger == f"pigeon:{COOP}"]
    assert [(action.kind, vars(action)["after"]) for action in moved] == [("point_mapping", f"{FUNCTION}:live")]
    stayed = worlds.inventory(
        known.carrier_pigeon("coop", "live"), versions=versions, alias=Alias("live", "2"), qualified={}
    )
    assert direct.plan(stayed, worlds.settings()).blockers == (
        f"trigger:pigeon: carrier pigeon `coop` goes on invoking `live`: pigeons do not speak HTTP; {direct.STAYING}",
    )
    assert retire.plan(stayed, worlds.settings(), worlds.QUIET).blockers == (
        (
            "trigger:pigeon: carrier pigeon `coop` still invokes `live`: pigeons do not speak HTTP;"
            " remove it, or accept it if nobody uses it"
        ),
    )


def test_a_kind_with_a_look_up_to_itself_brings_it_along(made_up_kinds: None) -> None:
    def find(_aws: Any, _function: Any) -> list[Trigger[Settings]]:
        return [known.carrier_pigeon("roof", "live")]

    def where(_aws: Any, _function: Any, service: Any, _triggers: Any) -> dict[str, str]:
        return {"window": service.directory}

    TRIGGERS["pigeon"] = TriggerKind.of(module(find=find, look_up=where))
    aws = FakeAws(
        {
            "lambda:get_function": {"Configuration": configuration()},
            "lambda:get_policy": {
                "Policy": json.dumps({"Statement": [statement("letters", "pigeons.amazonaws.com", COOP)]})
            },
        }
    )

    found = inventory.take(aws, "orders", alias="live")

    assert found.triggers == (known.carrier_pigeon("roof", "live"),)
    assert found.warnings == (f"permission `letters` is not used: `{COOP}` invokes nothing here",)
    resources = look_up(aws, found.function, worlds.settings().service, found.triggers)
    assert resources == {"pigeon": {"window": "service"}}
