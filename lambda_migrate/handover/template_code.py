"""The changes to a template of CloudFormation or SAM in YAML; comments and layout stay as they are."""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from lambda_migrate.declarations import yaml_text
from lambda_migrate.declarations.cloudformation import FUNCTIONS, Template
from lambda_migrate.declarations.model import Unreadable, mapping
from lambda_migrate.handover import rest_names, sam_events, templates
from lambda_migrate.handover.flips_of_apis import METHOD
from lambda_migrate.handover.model import Reference
from lambda_migrate.handover.naming import may_come_to, name_of
from lambda_migrate.handover.one_place import changed
from lambda_migrate.handover.patch import Edit, Patch, Patched, Stage, Unfit, edited
from lambda_migrate.handover.template_pointers import goal, names_of, pointers
from lambda_migrate.handover.template_text import TemplateText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lambda_migrate.handover.model import CloudFormation, Flip
    from lambda_migrate.handover.template_text import Key

ALIAS = "AWS::Lambda::Alias"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
BALANCERS = ("AWS::ElasticLoadBalancingV2::ListenerRule", "AWS::ElasticLoadBalancingV2::Listener")
SUFFIXES = (".yaml", ".yml", ".template")
MORE = "more than its target changes"
IMPORT = "import what the migration made, with a change set of type IMPORT; it must not change anything else"
CHANGE = "an ordinary deployment, once that is imported: what was moved leads to the alias in the code too"


def patched(files: Mapping[str, str], things: Sequence[Flip], function: str, alias: str) -> Patched:
    """Return the changes to the template that has the function; nothing where it is in none, or in several.

    Args:
        files: Path → text.
        things: The flips.
        function: The function's name.
        alias: The traffic alias' name.
    """
    unread: list[str] = []
    reads = [each for each in _templates(files, function, unread) if each.function]
    wanted = [each for each in things if each.cloudformation]
    having = [(each.path, partial(_Change, each, alias, wanted)) for each in reads]
    return changed(wanted, having, "; ".join((f"no template defines function {function}", *unread)))


def _templates(files: Mapping[str, str], function: str, unread: list[str]) -> Iterator[_Read]:
    for path, text in sorted(files.items()):
        if path.endswith(SUFFIXES) and "AWS::" in text and re.search(r"^[\"']?Resources[\"']?\s*:", text, re.MULTILINE):
            try:
                yield _Read(path, text, function)
            except Unreadable as error:
                unread.append(f"`{path}` cannot be read: {error}")


class _Read:
    """A template that may have the function."""

    def __init__(self, path: str, text: str, function: str) -> None:
        self.path = path
        self.document = yaml_text.load(text)
        self.text = TemplateText(text)
        self.template = Template(self.document)
        self.name = function
        self.function = self._function()
        self.condition = str(self.template.resources.get(self.function, {}).get("Condition") or "")

    def _function(self) -> str:
        """Return the function's logical id: by its name, or by the one that CloudFormation makes; "" for none."""
        own = {key: mapping(each.get("Properties")) for key, each in self.template.resources.items()
               if each.get("Type") in FUNCTIONS}  # fmt: skip
        named = {key: self.template.text(each.get("FunctionName")) for key, each in own.items()}
        said = [key for key, name in named.items() if name == self.name]
        made = [key for key in own if "FunctionName" not in own[key] and f"-{key}-" in self.name]
        unknown = [key for key, name in named.items() if name is None and self._may_be(own[key].get("FunctionName"))]
        choices = said or made or (unknown if len(own) == 1 else [])
        return choices[0] if len(choices) == 1 else ""

    def _may_be(self, given: object) -> bool:
        """Return whether a name that only the deployment tells may be the function's; not where none is given."""
        written = mapping(given).get("Fn::Sub")
        written = written[0] if isinstance(written, list) and written else written
        return given is not None and may_come_to(written, self.name)


class _Change:
    """What becomes of one template."""

    def __init__(self, read: _Read, alias: str, wanted: Sequence[Flip]) -> None:
        self.read = read
        self.text = read.text
        self.name = alias
        self.own = self._own_alias()
        self.alias = self.own or templates.logical_id(name_of(alias, "alias"))
        self.edits: list[Edit] = []
        self.fresh: list[Flip] = []
        self.late: list[str] = []
        self.moved: list[sam_events.Moved] = []
        self.expected: dict[str, Any] = deepcopy(read.document)
        self.taken: set[str] = set()
        self.pointed: set[tuple[Key, ...]] = set()
        known = (each.cloudformation for each in wanted if each.cloudformation)
        self.alike = Counter((each.type, each.physical) for each in known)
        self.done: set[str] = set()
        self.kept: set[str] = set()
        self.reasons: dict[str, str] = {}

    def _own_alias(self) -> str:
        """Return the alias' logical id, where the template has it already: as a resource, or as SAM makes it."""
        told = self.read.template.text
        for key, each in self.read.template.resources.items():
            properties = mapping(each.get("Properties"))
            if each.get("Type") == ALIAS and told(properties.get("Name")) == self.name:
                return key
        function = mapping(self.read.template.resources[self.read.function].get("Properties"))
        return f"{self.read.function}.Alias" if told(function.get("AutoPublishAlias")) == self.name else ""

    def add(self, flip: Flip) -> None:
        """Decide what one flip needs."""
        mine = flip.cloudformation
        if mine is None or flip.expendable:
            return
        if mine.stays:
            self.reasons[flip.name] = templates.STAYS
            return
        leads = goal(mine.properties) if mine.type != ALIAS and not (flip.made and mine.identifier) else None
        if leads is None:
            self._add_made(flip, mine)
        else:
            self._add_goal(flip, mine, *leads)

    def _add_made(self, flip: Flip, mine: CloudFormation) -> None:
        there = self.read.template.resources.get(templates.logical_id(flip.name), {})
        if there.get("Type") == mine.type or (mine.type == ALIAS and self.own):
            self.kept.add(flip.name)
        elif there:
            self.reasons[flip.name] = f"`{self.read.path}` has another `{templates.logical_id(flip.name)}`"
        elif not mine.identifier:
            self.reasons[flip.name] = "CloudFormation cannot import it" if flip.made else MORE
        elif "" in mine.identifier.values():
            self.reasons[flip.name] = "AWS does not show its id, which an import needs"
        else:
            self.fresh.append(replace(flip, made=True))
            self.done.add(flip.name)

    def _add_goal(self, flip: Flip, mine: CloudFormation, name: str, value: Any) -> None:
        """Point the one resource that leads from here to the function where the flip leads."""
        possible = [key for key in self._of_type(mine.type) if self._may_be(key, flip)]
        leading = [key for key in possible if self._pointers(key, name, mine, self._from(mine, value))]
        if not leading and any(self._leads_there(key, name, mine, value) for key in possible):
            self.kept.add(flip.name)
        elif len(leading) > 1:
            leading = [key for key in leading if flip.source and flip.source in self._names(key)]
        if len(leading) == 1 and (leading[0] not in self.taken or self._shared(mine) > 1):
            self._point(flip, leading[0], name, mine, value)
        elif flip.name not in self.kept and not self._move_event(flip):
            self.reasons[flip.name] = f"no `{mine.type}` of `{self.read.path}` can be identified as it"

    def _of_type(self, kind: str) -> list[str]:
        return [key for key, each in self.read.template.resources.items() if each.get("Type") == kind]

    def _properties(self, key: str) -> dict[str, object]:
        return mapping(self.read.template.resources[key].get("Properties"))

    def _names(self, key: str) -> list[str]:
        if self.read.template.resources[key].get("Type") == METHOD:
            method = rest_names.in_template(self.read.template, self._properties(key))
            return [method] if method else []
        return names_of(self._properties(key), self.read.template)

    def _shared(self, mine: CloudFormation) -> int:
        """Return how many flips are about one thing: several notifications of a bucket."""
        return self.alike[mine.type, mine.physical] if mine.physical else 1

    def _may_be(self, key: str, flip: Flip) -> bool:
        """Return whether a resource can be the one: its name, where it has one, is that of what triggers."""
        names = self._names(key)
        return not names or not flip.source or flip.source in names

    def _from(self, mine: CloudFormation, value: Any) -> set[str]:
        """Return what leads to what is moved: the function, and its alias where that is left, too."""
        own = {self.read.function, self.alias}
        if mine.type in BALANCERS:
            groups = {key: self._properties(key).get("Targets") for key in self._of_type(TARGET_GROUP)}
            goes = templates.referred(value, self.alias) if isinstance(value, Reference) else ""
            return {key for key, to in groups.items() if key != goes and list(pointers(to, own, self.read.name))}
        return {self.read.function} if isinstance(value, Reference) else own

    def _pointers(self, key: str, name: str, mine: CloudFormation, ids: set[str]) -> list[tuple[tuple[Key, ...], bool]]:
        """Return the one place of a property that leads to one of the ids; nothing where several do."""
        targets = mine.properties.get("Targets")
        wanted = targets[0].get("Id") if isinstance(targets, list) else None
        path = ("Resources", key, "Properties", name)
        places = list(pointers(self._properties(key).get(name), ids, self.read.name, path))
        places = [each for each in places if wanted and self._target_id(each[0]) == wanted] or places
        free = [each for each in places if each[0] not in self.pointed]
        return free[:1] if len(places) in (1, self._shared(mine)) else []

    def _target_id(self, path: tuple[Key, ...]) -> object:
        value: Any = self.read.document
        for each in path[:-1]:
            value = value[each]
        return value.get("Id") if isinstance(value, dict) else None

    def _leads_there(self, key: str, name: str, mine: CloudFormation, value: Any) -> bool:
        if isinstance(value, Reference):
            return bool(self._pointers(key, name, mine, {templates.referred(value, self.alias)}))
        return json.dumps(value) in json.dumps(self._properties(key).get(name), default=str)

    def _point(self, flip: Flip, key: str, name: str, mine: CloudFormation, value: Any) -> None:
        path, inside = self._pointers(key, name, mine, self._from(mine, value))[0]
        node = self.text.at(*path)
        if node is None:
            self.reasons[flip.name] = f"`{key}` is written in a way that lambda-migrate does not change"
            return
        target = templates.referred(value, self.alias) if isinstance(value, Reference) else ""
        written, after, goes = self.text.written(node), f"!Ref {target}", cast("Any", {"Ref": target})
        if not isinstance(value, Reference):
            after, goes = json.dumps(value, ensure_ascii=False), value
        elif inside:
            pattern = re.compile(rf"\$\{{{self.read.function}(\.Arn)?\}}")
            spelled = lambda match: f"${{{self.alias}}}" if match[1] else f"{match[0]}:{self.name}"  # noqa: E731
            after = pattern.sub(spelled, written)
            goes = json.loads(pattern.sub(spelled, json.dumps(_at(self.expected, path))))
        self.edits.append(Edit(*self.text.span(node), after))
        self.pointed.add(path)
        _put(self.expected, path, goes)
        self.taken.add(key)
        self.done.add(flip.name)

    def _move_event(self, flip: Flip) -> bool:
        """Write an event of SAM as the resource that SAM makes of it, under the same logical id."""
        moved = sam_events.moved(self.text, self.read.document, self.read.function, flip, self.moved)
        if moved is None:
            return False
        text = moved.text.replace(sam_events.GOAL, f"!Ref {self.alias}")
        self.edits += moved.edits
        self.late.append(text)
        self.expected = moved.expected(self.expected, yaml_text.load(text))
        self.moved.append(moved)
        self.done.add(flip.name)
        return True

    def patched(self) -> Patched:
        """Return the changes, read again to see that they say what they have to, and nothing else.

        Raises:
            Unfit: They do not.
            Unreadable: What they come to cannot be read.
        """
        self.fresh.sort(key=lambda each: each.cloudformation is not None and each.cloudformation.type != ALIAS)
        known, when = {self.read.name: self.read.function}, self.read.condition
        made = [templates.resource(each, self.alias, known, when) for each in self.fresh]
        before, path = self.text.text, self.read.path
        first = [self.text.appended(("Resources",), [text for _, text in made])] if made else []
        imported = edited(before, first)
        both = [text for _, text in made] + self.late
        rest = [*self.edits, *([self.text.appended(("Resources",), both)] if both else [])]
        after = edited(before, rest)
        for key, text in made:
            self.expected["Resources"][key] = mapping(yaml_text.load(text)[key])
        if yaml_text.load(after) != self.expected:
            raise Unfit("it is written in a way that lambda-migrate does not change")
        stages = []
        if made:
            listed = tuple(templates.imports(self.fresh))
            stages.append(Stage(IMPORT, (Patch(path, before, imported),), listed))
        if after != imported:
            stages.append(Stage(CHANGE, (Patch(path, imported, after),)))
        return Patched(tuple(stages), frozenset(self.done), frozenset(self.kept), self.reasons)


def _at(document: Any, path: tuple[Key, ...]) -> Any:
    for each in path:
        document = document[each]
    return document


def _put(document: Any, path: tuple[Key, ...], value: Any) -> None:
    _at(document, path[:-1])[path[-1]] = value
