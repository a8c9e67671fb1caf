"""The changes to ``serverless.yml``: resources of its own, and extensions of what the framework makes of events.

https://www.serverless.com/framework/docs/providers/aws/guide/resources
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lambda_migrate.declarations import yaml_text
from lambda_migrate.declarations.model import Unreadable, mapping, sequence
from lambda_migrate.handover import templates
from lambda_migrate.handover.model import Reference
from lambda_migrate.handover.naming import name_of
from lambda_migrate.handover.one_place import changed
from lambda_migrate.handover.patch import Edit, Patch, Patched, Stage, Unfit, edited
from lambda_migrate.handover.template_pointers import goal
from lambda_migrate.handover.template_text import TemplateText, indented

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.handover.model import CloudFormation, Flip

FILES = ("serverless.yml", "serverless.yaml")
ALIAS = "AWS::Lambda::Alias"
IMPORT = (
    "import what the migration made: `serverless package`, then a change set of type IMPORT with the template in "
    "`.serverless`"
)
CHANGE = "`serverless deploy`, once that is imported: what was moved leads to the alias in the code too"
_STREAMS = {"kinesis": "Kinesis", "dynamodb": "Dynamodb"}


def patched(files: Mapping[str, str], things: Sequence[Flip], function: str, alias: str) -> Patched:
    """Return the changes to the service that has the function; nothing where none has it, or several have.

    Args:
        files: Path → text.
        things: The flips.
        function: The function's name.
        alias: The traffic alias' name.
    """
    unread: list[str] = []
    services = list(_services(files, function, unread))
    having = [(path, partial(_Change, path, files[path], key, function, alias)) for path, key in services]
    wanted = [each for each in things if each.cloudformation]
    return changed(wanted, having, "; ".join((f"no `serverless.yml` defines {function}", *unread)))


def _services(files: Mapping[str, str], function: str, unread: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each file that has the function, and what the file calls it."""
    for path, text in sorted(files.items()):
        if PurePosixPath(path).name not in FILES:
            continue
        try:
            document = yaml_text.load(text)
        except Unreadable as error:
            unread.append(f"`{path}` cannot be read: {error}")
            continue
        given = document.get("service")
        service = str(mapping(given).get("name", "")) if isinstance(given, dict) else str(given or "")
        functions = mapping(document.get("functions"))
        for key, each in functions.items():
            name = mapping(each).get("name")
            made = re.fullmatch(rf"{re.escape(service)}-[\w]+-{re.escape(key)}", function)
            if name == function or (name is None and made):
                yield path, key


def normalized(name: str) -> str:
    """Return a function's name as the framework writes it in logical ids."""
    text = name.replace("-", "Dash").replace("_", "Underscore")
    return text[:1].upper() + text[1:]


def plain(name: str) -> str:
    """Return another name as the framework writes it in logical ids: letters and digits alone."""
    text = re.sub(r"[^0-9A-Za-z]", "", name)
    return text[:1].upper() + text[1:]


def _group(event: object) -> str:
    """Return the last part of the name of a log group that an event is for."""
    return str(mapping(event).get("logGroup", event)).rpartition("/")[2]


class _Change:
    """What becomes of one file."""

    def __init__(self, path: str, text: str, key: str, function: str, alias: str) -> None:
        self.path = path
        self.document = yaml_text.load(text)
        self.text = TemplateText(text)
        self.own = normalized(key)
        self.known = {function: f"{self.own}LambdaFunction"}
        self.alias = templates.logical_id(name_of(alias, "alias"))
        self.events = [
            mapping(each) for each in sequence(mapping(mapping(self.document["functions"])[key]).get("events"))
        ]
        self.resources = mapping(mapping(self.document.get("resources")).get("Resources"))
        self.extensions = mapping(mapping(self.document.get("resources")).get("extensions"))
        self.fresh: list[Flip] = []
        self.extended: dict[str, str] = {}
        self.done: set[str] = set()
        self.kept: set[str] = set()
        self.reasons: dict[str, str] = {}

    def add(self, flip: Flip) -> None:
        """Decide what one flip needs."""
        mine = flip.cloudformation
        if mine is None or flip.expendable:
            return
        if mine.stays:
            self.reasons[flip.name] = templates.STAYS
            return
        leads = goal(mine.properties) if mine.type != ALIAS and not (flip.made and mine.identifier) else None
        extended = self._extended(flip, mine) if leads else ""
        if leads and extended:
            name, value = leads
            written = f"!Ref {self.alias}" if isinstance(value, Reference) else json.dumps(value, ensure_ascii=False)
            if extended in self.extensions:
                own = mapping(mapping(self.extensions[extended]).get("Properties"))
                if own.get(name) == ({"Ref": self.alias} if isinstance(value, Reference) else value):
                    self.kept.add(flip.name)
                else:
                    self.reasons[flip.name] = f"`{extended}` is extended already: set it to `{written}` as {name}"
                return
            if extended in self.extended:
                self.reasons[flip.name] = f"it may be the same `{extended}` as another one"
                return
            self.extended[extended] = f"{extended}:\n  Properties:\n    {name}: {written}\n"
            self.done.add(flip.name)
        elif leads is None and mine.identifier:
            there = templates.logical_id(flip.name) in self.resources
            (self.kept if there else self.done).add(flip.name)
            self.fresh += [] if there else [replace(flip, made=True)]
        else:
            self.reasons[flip.name] = f"no event of `{self.path}` can be identified as it"

    def _extended(self, flip: Flip, mine: CloudFormation) -> str:
        """Return the logical id of what the framework makes of the event; "" where that cannot be told."""
        kinds = [kind for each in self.events for kind in each]
        if mine.type == "AWS::ApiGatewayV2::Integration" and "httpApi" in kinds:
            return f"HttpApiIntegration{self.own}"
        if mine.type == "AWS::Lambda::EventSourceMapping":
            sources = [each for each in self._sources() if plain(flip.source) in each[1] or len(kinds) == 1]
            return f"{self.own}EventSourceMapping{sources[0][0]}{sources[0][1][0]}" if len(sources) == 1 else ""
        if mine.type == "AWS::Logs::SubscriptionFilter":
            groups = [_group(each["cloudwatchLog"]) for each in self.events if "cloudwatchLog" in each]
            numbers = [at for at, name in enumerate(groups, start=1) if name == flip.source or len(groups) == 1]
            return f"{self.own}LogsSubscriptionFilterCloudWatchLog{numbers[0]}" if len(numbers) == 1 else ""
        return ""

    def _sources(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield what the framework calls each queue and stream: its kind, and its name in the logical id and in AWS."""
        for event in self.events:
            for kind, given in event.items():
                written = mapping(given).get("arn", given)  # variables in it, `${aws:region}`, have colons too
                target = mapping(written).get("Fn::GetAtt")
                if kind == "sqs" and isinstance(target, list):
                    own = mapping(mapping(self.resources.get(str(target[0]))).get("Properties"))
                    yield "SQS", (plain(str(target[0])), plain(str(own.get("QueueName", ""))))
                elif kind == "sqs" and isinstance(written, str):
                    yield "SQS", (plain(written.rpartition(":")[2]),)
                elif kind == "stream" and isinstance(written, str) and written.count(":") > 1 and "/" in written:
                    yield _STREAMS.get(written.split(":")[2], ""), (plain(written.split("/")[1]),)

    def patched(self) -> Patched:
        """Return the changes, read again to see that they say what they have to, and nothing else.

        Raises:
            Unfit: They do not.
            Unreadable: What they come to cannot be read.
        """
        self.fresh.sort(key=lambda each: each.cloudformation is not None and each.cloudformation.type != ALIAS)
        made = [templates.resource(each, self.alias, self.known)[1] for each in self.fresh]
        before = self.text.text
        imported = self._with(before, {"Resources": made}) if made else before
        extended = list(self.extended.values())
        after = self._with(imported, {"extensions": extended}) if extended else imported
        stages = []
        if made:
            stages.append(Stage(IMPORT, (Patch(self.path, before, imported),), tuple(templates.imports(self.fresh))))
        if extended:
            stages.append(Stage(CHANGE, (Patch(self.path, imported, after),)))
        return Patched(tuple(stages), frozenset(self.done), frozenset(self.kept), self.reasons)

    def _with(self, before: str, sections: Mapping[str, Sequence[str]]) -> str:
        """Return the file with more in sections of `resources`, which is made where the file has none.

        Raises:
            Unfit: `resources` is laid out otherwise.
        """
        text, expected = TemplateText(before), deepcopy(yaml_text.load(before))
        edits = [self._added(text, name, pieces) for name, pieces in sections.items()]
        after = edited(before, edits)
        own = mapping(expected.setdefault("resources", {}))
        for name, pieces in sections.items():
            own[name] = mapping(own.get(name)) | {
                key: value for each in pieces for key, value in yaml_text.load(each).items()
            }
        expected["resources"] = own
        if yaml_text.load(after) != expected:
            raise Unfit("`resources` is written in a way that lambda-migrate does not change")
        return after

    def _added(self, text: TemplateText, name: str, pieces: Sequence[str]) -> Edit:
        if text.at("resources", name) is not None:
            return text.appended(("resources", name), pieces)
        section = f"{name}:\n" + "\n".join(indented(each, 2) for each in pieces)
        if text.at("resources") is not None:
            return text.appended(("resources",), [section])
        end = len(text.text)
        gap = "\n" if text.text.endswith("\n") else "\n\n"
        added = f"{gap}resources:\n{indented(section, 2)}"
        return Edit(end, end, added.replace("\n", text.newline))
