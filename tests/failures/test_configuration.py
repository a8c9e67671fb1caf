"""A migration.yaml that is wrong: every mistake is named with its line and the nearest key, and nothing is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.gates import eventbridge_managed_rule
from lambda_migrate.triggers import TRIGGERS
from tests.failures.user import Told, refused

if TYPE_CHECKING:
    from pathlib import Path

    from tests.failures.user import User

pytestmark = pytest.mark.sandbox

EVERY = "`lambda-migrate schema` prints every key"
MISTAKES = {
    "an unknown key": ("function: f\nservce:\n  url: http://x\n", "2 servce: unknown key", "did you mean `service`?"),
    "a key that is needed, typed wrongly": (
        "functoin: f\n",
        "1 functoin: unknown key (and 1 more)",
        "did you mean `function`?",
    ),
    "an unknown key inside": (
        "function: f\nverify:\n  timout: 5s\n",
        "3 verify.timout: unknown key",
        "did you mean `timeout`?",
    ),
    "a wrong type": ("function: f\nsource: [x]\n", "2 source: input should be a valid string", EVERY),
    "a text without quotes": (
        "function: f\naccount: 123456789012\n",
        "2 account: input should be a valid string, not `123456789012`",
        'write it in quotes: account: "123456789012"',
    ),
    "an account that begins with a zero, without quotes": (
        "function: f\naccount: 012345670123\n",
        "2 account: input should be a valid string, not `012345670123`",
        'write it in quotes: account: "012345670123"',
    ),
    "a word that is a truth value to YAML": (
        "function: f\nregion: no\n",
        "2 region: input should be a valid string, not `no`",
        'write it in quotes: region: "no"',
    ),
    "a number in a list of names": (
        "function: f\nverify: {alarms: [010]}\n",
        "2 verify.alarms.0: input should be a valid string, not `010`",
        'write it in quotes: - "010"',
    ),
    "a number that begins with a zero": (
        "function: f\ncutover:\n  weights: [010, 50]\n",
        "3 `010` is 8 to YAML",
        "write the number that you mean, without a zero before it and without colons",
    ),
    "minutes and seconds with a colon": (
        "function: f\ncutover: {bake: 1:30}\n",
        "2 cutover.bake: `1:30` is 90 to YAML",
        "write the number that you mean, without a zero before it and without colons",
    ),
    "another form": (
        "function: f\nservice:\n  health: healthz\n",
        "3 service.health: `healthz` does not have the right form",
        "it has to match `^/`",
    ),
    "a scalar for a block": ("function: f\nretire: soon\n", "2 retire: should be a block of keys, not `soon`", EVERY),
    "a bad URL": (
        "function: f\nservice:\n  url: localhost:8000\n",
        "3 service.url: `localhost:8000` is not the URL of a service; write it like https://orders.example.com",
        EVERY,
    ),
    "plain HTTP": (
        "function: f\nservice:\n  url: http://orders.internal\n",
        "3 service.url: `http://orders.internal` is plain HTTP: whoever is on the way reads and alters requests",
        "use https, or write `plain_http: true` below `service` where the network is yours alone",
    ),
    "where credentials are": (
        "function: f\nservice:\n  plain_http: true\n  url: http://169.254.169.254\n",
        "4 service.url: `http://169.254.169.254` is where AWS hands out credentials, not a service",
        EVERY,
    ),
    "a bad port": (
        "function: f\nservice:\n  url: http://orders:99999\n",
        "3 service.url: `http://orders:99999` is not the URL of a service; write it like https://orders.example.com",
        EVERY,
    ),
    "a path": (
        "function: f\nservice:\n  url: https://o.aws/v1\n",
        "3 service.url: `https://o.aws/v1` has a path, which comes from each request; write it like https://o.aws",
        EVERY,
    ),
    "a bad duration": (
        "function: f\ncutover:\n  bake: soon\n",
        "3 cutover.bake: `soon` is not a duration; write it like 30s, 15m, 2h or 14d",
        EVERY,
    ),
    "a duration without a unit": (
        "function: f\ncutover:\n  bake: 15\n",
        "3 cutover.bake: `15` has no unit; write 15m for minutes, 15s for seconds",
        EVERY,
    ),
    "a duration without a unit, of a target": (
        "function: f\nservice:\n  target: {kind: process, grace: 2.5}\n",
        "3 service.target.grace: `2.5` has no unit; write 2.5m for minutes, 2.5s for seconds",
        EVERY,
    ),
    "a URL with a blank": (
        "function: f\nservice:\n  url: http://or ders\n",
        "3 service.url: `http://or ders` is not the URL of a service; write it like https://orders.example.com",
        EVERY,
    ),
    "no time at all": (
        "function: f\nretire: {quiet: 0s}\n",
        "2 retire.quiet: must be longer than 0 s, not `0s`",
        EVERY,
    ),
    "a period that CloudWatch does not know": (
        "function: f\nverify: {metric_period: 45s}\n",
        "2 verify.metric_period: must be 1, 5, 10, 30 s or whole minutes, as CloudWatch keeps them, not `45s`",
        EVERY,
    ),
    "a key that is missing": (
        "alias: live\n",
        "1 function: is missing",
        "add `function:`; `lambda-migrate schema` prints every key",
    ),
    "a gate that is not one": (
        "function: f\naccept:\n- rule: LM401\n  reason: one file\n- reason: no connections\n  rule: snap-strat\n",
        "6 accept.1.rule: `snap-strat` is neither a gate nor a rule",
        "did you mean `snap-start`?",
    ),
    "a kind of gate that is not one": (
        "function: f\naccept: [{rule: 'triger:s3', reason: by hand}]\n",
        "2 accept.0.rule: `triger:s3` is neither a gate nor a rule",
        "did you mean `trigger:s3`?",
    ),
    "a gate without its subject": (
        "function: f\naccept: [{rule: trigger, reason: by hand}]\n",
        "2 accept.0.rule: `trigger` needs a kind",
        "write it as the plan does, `trigger:<kind>`",
    ),
    "a kind of trigger that is not one": (
        "function: f\naccept: [{rule: 'trigger:dynamo_db', reason: by hand}]\n",
        "2 accept.0.rule: `trigger:dynamo_db`: `dynamo_db` is not a kind of trigger",
        "did you mean `trigger:dynamodb`?",
    ),
    "a kind of trigger that is near none": (
        "function: f\naccept: [{rule: 'trigger:carrier pigeon', reason: by hand}]\n",
        "2 accept.0.rule: `trigger:carrier pigeon`: `carrier pigeon` is not a kind of trigger",
        f"kinds: {', '.join(TRIGGERS)}",
    ),
    "a managed rule, which AWS lets nobody else change": (
        "function: f\naccept: [{rule: eventbridge-managed-rule, reason: it may stay}]\n",
        f"2 accept.0.rule: `eventbridge-managed-rule` cannot be accepted: {eventbridge_managed_rule.ACCEPTANCE[:-1]}",
        "`lambda-migrate explain eventbridge-managed-rule` says why, and what to do",
    ),
    "a rule that is not one": (
        "function: f\naccept: [{rule: tmp-pth, reason: one file}]\n",
        "2 accept.0.rule: `tmp-pth` is neither a gate nor a rule",
        "did you mean `tmp-path`?",
    ),
    "a code that is not one": (
        "function: f\naccept: [{rule: LM999, reason: one file}]\n",
        "2 accept.0.rule: `LM999` is neither a gate nor a rule",
        "rules go from LM000 to LM803; `lambda-migrate explain` lists them",
    ),
    "nothing like a gate": (
        "function: f\naccept: [{rule: whatever, reason: it is fine}]\n",
        "2 accept.0.rule: `whatever` is neither a gate nor a rule",
        "`lambda-migrate explain` lists both",
    ),
    "a gate that nobody can accept": (
        "function: f\naccept:\n- rule: five-layers\n  reason: we are fine\n",
        "3 accept.0.rule: `five-layers` cannot be accepted: Lambda allows five layers, and the proxy needs one",
        "`lambda-migrate explain five-layers` says why, and what to do",
    ),
    "a phase in which a gate is not asked": (
        "function: f\naccept:\n- {rule: quiet-period, reason: it is, phases: [cutover]}\n",
        "3 accept.0: `quiet-period` is not asked in phase `cutover`",
        "phases that ask it: retire",
    ),
    "phases of a finding": (
        "function: f\naccept: [{rule: LM401, reason: one file, phases: [cutover]}]\n",
        "2 accept.0: `LM401` is a rule of `analyze`, which has no phases",
        "leave `phases:` out",
    ),
    "a key twice": ("function: f\nfunction: g\n", "2 function: is already in line 1", "keep one of the two"),
    "no YAML": (
        "function: 'f\n",
        "2 is not valid YAML: found unexpected end of stream",
        "look at that line and the one before it",
    ),
    "nothing": ("", "1 is empty, or not a mapping of keys", "`lambda-migrate init` writes a complete one"),
    "a list": ("- function\n", "1 is empty, or not a mapping of keys", "`lambda-migrate init` writes a complete one"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_line(mistake: str, user: User) -> None:
    text, error, hint = MISTAKES[mistake]
    (user.folder / "migration.yaml").write_text(text)

    for command in (["plan"], ["proxy", "deploy", "--yes"], ["cutover", "--yes"], ["verify"]):
        assert refused(user, *command) == Told(2, "configuration", f"migration.yaml:{error}", hint)
    assert user.interceptor.calls == []


def test_a_document_that_refers_to_itself_is_a_mistake_like_others(user: User) -> None:
    (user.folder / "migration.yaml").write_text("a: &a [*a]\nb: &b [*b, *b]\nc: [*b, *b]\n")

    assert refused(user, "plan").error == "migration.yaml:1 a: unknown key (and 3 more)"


def _missing(path: Path) -> str:
    path.unlink()
    return "`migration.yaml` does not exist"


def _folder(path: Path) -> str:
    path.unlink()
    path.mkdir()
    return "`migration.yaml` cannot be read: is a directory"


def _bytes(path: Path) -> str:
    path.write_bytes(b"\xff\xfef\x00")
    return "`migration.yaml` cannot be read: it is not UTF-8"


def _zeros(path: Path) -> str:
    path.write_bytes(b"function: \0\n")
    return "migration.yaml is not valid YAML: special characters are not allowed"


@pytest.mark.parametrize("wrong", [_missing, _folder, _bytes, _zeros], ids=lambda wrong: str(wrong.__name__).strip("_"))
def test_a_file_that_cannot_be_read(wrong: object, user: User) -> None:
    error = wrong(user.folder / "migration.yaml")  # type: ignore[operator]  # one of the four above

    for command in (["plan"], ["status"], ["proxy", "deploy", "--yes"], ["unlock", "--yes"]):
        told = refused(user, *command)
        assert (told.code, told.kind, told.error) == (2, "configuration", error)
