"""The changes to Terraform's files: attributes that lead to the alias, `ignore_changes`, a file with what was made."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from lambda_migrate.declarations import hcl as reader
from lambda_migrate.handover import hcl
from lambda_migrate.handover.flips_of_balancers import ATTACHMENT, GROUP, RULES
from lambda_migrate.handover.naming import name_of
from lambda_migrate.handover.one_place import changed
from lambda_migrate.handover.patch import Edit, Patch, Patched, Stage, Unfit, edited, line_end, nothing
from lambda_migrate.handover.terraform_module import Module, Placed, beside, callers, goal, modules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_migrate.handover.model import Flip, Terraform

FILE = "lambda_migrate.tf"
"""What the migration made goes there, in the folder of the function."""

ALIAS = "aws_lambda_alias"
STAGE = "import what was made, and keep what was moved: the plan imports, and changes nothing else"


def patched(files: Mapping[str, str], things: Sequence[Flip], function: str, alias: str) -> Patched:
    """Return the changes to the module that has the function; nothing where it is in none, or in several.

    Args:
        files: Path → text of ``*.tf`` files, and of states beside them.
        things: The flips.
        function: The function's name.
        alias: The traffic alias' name.
    """
    unread: list[str] = []
    every = list(modules(files, function, unread))
    read = [(folder, each) for folder, each in every if each.function]
    wanted = [each for each in things if each.terraform]
    called = [each for folder, _ in read for each in callers(every, folder)]
    if len(read) == 1 and called:  # "Import blocks can only be in the root module", and others may call it too
        by = ", ".join(f"`{each}`" for each in called)
        why = f"`{read[0][0]}` is a module that is called ({by}), and only a root module imports: write it by hand"
        return nothing((each.name for each in wanted), why)
    having = [(folder, partial(_Change, module, folder, alias, wanted)) for folder, module in read]
    return changed(wanted, having, "; ".join((f"no `*.tf` file defines function {function}", *unread)))


class _Change:
    """What becomes of one module."""

    def __init__(self, module: Module, folder: str, alias: str, wanted: Sequence[Flip]) -> None:
        self.module = module
        self.folder = folder
        self.name = alias
        self.alias = self._alias()
        self.edits: dict[str, list[Edit]] = {}
        self.taken: list[tuple[Placed, tuple[int, int]]] = []
        known = (each.terraform for each in wanted if each.terraform)
        self.alike = Counter((each.type, *each.identity.values()) for each in known)
        self.fresh: list[Flip] = []
        self.done: set[str] = set()
        self.kept: set[str] = set()
        self.reasons: dict[str, str] = {}
        self.expected: list[tuple[Placed, tuple[str, ...], str]] = []

    def _alias(self) -> Placed | None:
        """Return the alias' own block, where the code has one already."""
        own = [each for each in self.module.of_type(ALIAS) if self.module.named(each, "name") == self.name]
        return own[0] if len(own) == 1 else None

    @property
    def label(self) -> str:
        """The alias' name in the code."""
        return self.alias.block.labels[-1] if self.alias else name_of(self.name, "alias")

    def add(self, flip: Flip) -> None:
        """Decide what one flip needs."""
        mine = flip.terraform
        if mine is None or (flip.expendable and flip.goes_with in self.done | self.kept):
            return
        if mine.type == ALIAS:
            self._add_alias(flip, mine)
            return
        if mine.ignored and not mine.attributes:
            self._add_ignored(flip, mine)
            return
        leads = goal(mine)
        if leads is None:
            self._add_rest(flip, mine)
        else:
            self._add_goal(flip, mine, leads)

    def _add_alias(self, flip: Flip, mine: Terraform) -> None:
        if self.alias is None:
            self.fresh.append(replace(flip, made=True))
            self.done.add(flip.name)
        elif self._ignores(self.alias, mine.ignored):
            self.kept.add(flip.name)
        elif self._ignore(self.alias, mine.ignored):
            self.done.add(flip.name)
        else:
            self.reasons[flip.name] = f"{self.alias.where} is written in a way that lambda-migrate does not change"

    def _add_ignored(self, flip: Flip, mine: Terraform) -> None:
        """Make the code ignore what it would change back."""
        possible = [each for each in self.module.matching(mine, flip.source) if self._surely(each, flip, mine)]
        if len(possible) != 1:
            told = ", ".join(each.where for each in possible) or "none is there"
            self.reasons[flip.name] = f"no `{mine.type}` in `{self.folder}` can be identified as it ({told})"
        elif self._ignores(possible[0], mine.ignored):
            self.kept.add(flip.name)
        elif self._ignore(possible[0], mine.ignored):
            self.done.add(flip.name)
        else:
            self.reasons[flip.name] = f"{possible[0].where} is written in a way that lambda-migrate does not change"

    def _surely(self, placed: Placed, flip: Flip, mine: Terraform) -> bool:
        """Return whether a block is the thing by an id or a name, or forwards to the function's own groups."""
        if mine.type not in RULES:
            return self.module.surely(placed, mine, flip.source)
        spans = self.module.places(placed, (mine.ignored[0], "target_group_arn"))
        forwards = any(self._leads(self._text(placed, each), mine.type) for each in spans)
        return forwards or self.module.surely(placed, mine, flip.source)

    def _add_goal(self, flip: Flip, mine: Terraform, leads: tuple[tuple[str, ...], Any]) -> None:
        """Point the one block that leads from here to the function where the flip leads."""
        path, value = leads
        after, beside_it = hcl.written(value, self.label), beside(mine.attributes, path) if path[1:] else {}
        possible = [(each, span) for each in self.module.matching(mine, flip.source)
                    for span in self.module.places(each, path, beside_it)]  # fmt: skip
        if any(self._text(*each) == after for each in possible):
            self.kept.add(flip.name)
            return
        leading = [each for each in possible if self._leads(self._text(*each), mine.type)]
        free = [each for each in leading if each not in self.taken]
        among = self.alike[mine.type, *mine.identity.values()]  # as many as lead there are moved: each is one of them
        alone = len(leading) == 1 or (len(leading) == among and len({each.address for each, _ in leading}) == 1)
        several = next((each for each, _ in leading if self.module.several(each)), None)
        if several:
            self.reasons[flip.name] = f"{several.where} makes several, not all of which are moved: write it by hand"
        elif free and alone:
            self._point(flip, *free[0], path, after)
        elif flip.made and not leading:
            self.fresh.append(flip)
            self.done.add(flip.name)
        else:
            told = ", ".join(each.where for each, _ in leading)
            kind = f"`{mine.type}` in `{self.folder}`"
            self.reasons[flip.name] = f"it may be any {kind} of {told}" if told else f"no {kind} leads to the function"

    def _text(self, placed: Placed, span: tuple[int, int]) -> str:
        return self.module.files[placed.path][slice(*span)]

    def _leads(self, written: str, kind: str = "") -> bool:
        if kind in RULES:
            return written in self._groups()
        own = f"{ALIAS}.{self.label}."
        return bool(self.module.invoked.search(written)) or written.startswith(own)

    def _groups(self) -> set[str]:
        """Return how the code refers to the target groups of the function and its alias."""
        targets = [each for each in self.module.of_type(ATTACHMENT)
                   if self._leads(self.module.text(each, ("target_id",)))]  # fmt: skip
        return {self.module.text(each, ("target_group_arn",)) for each in targets}

    def _point(self, flip: Flip, placed: Placed, span: tuple[int, int], path: tuple[str, ...], after: str) -> None:
        self.edits.setdefault(placed.path, []).append(Edit(*span, after))
        self.expected.append((placed, path, after))
        self.taken.append((placed, span))
        self.done.add(flip.name)

    def _add_rest(self, flip: Flip, mine: Terraform) -> None:
        """Add what the migration made and leads nowhere by itself, unless the code has it."""
        same = [each for each in self.module.of_type(mine.type) if self._is(each, mine)]
        if same:
            self.kept.add(flip.name)
        elif flip.made:
            self.fresh.append(flip)
            self.done.add(flip.name)
        else:
            self.reasons[flip.name] = f"more than the target of the `{mine.type}` changes"

    def _is(self, placed: Placed, mine: Terraform) -> bool:
        """Return whether a block is a thing that has no goal: by the names that it was made with, or what it joins."""
        if mine.type == ATTACHMENT:
            joined = mine.attributes.items()
            return all(self.module.text(placed, (name,)) == hcl.written(value, self.label) for name, value in joined)
        names = ("name",) if mine.type == GROUP else ("statement_id", "qualifier")
        wanted = {name: mine.attributes[name] for name in names if name in mine.attributes}
        return bool(wanted) and all(
            self.module.named(placed, name) == value or (name == "qualifier" and self._names_alias(placed))
            for name, value in wanted.items()
        )

    def _names_alias(self, placed: Placed) -> bool:
        return self.module.text(placed, ("qualifier",)).startswith(f"{ALIAS}.{self.label}.")

    def _ignores(self, placed: Placed, names: Sequence[str]) -> bool:
        lifecycle = placed.block.inner("lifecycle")
        written = self._ignored(placed)
        return lifecycle is not None and (written == "all" or all(re.search(rf"\b{n}\b", written) for n in names))

    def _ignored(self, placed: Placed) -> str:
        return self.module.text(placed, ("lifecycle", "ignore_changes"))

    def _ignore(self, placed: Placed, names: Sequence[str]) -> bool:
        """Add names to a block's `ignore_changes`; False where the block is not laid out as usual."""
        text, lifecycle = self.module.files[placed.path], placed.block.inner("lifecycle")
        written = self._ignored(placed)
        missing = [name for name in names if not re.search(rf"\b{name}\b", written)]
        if written:
            span = self.module.written(placed, ("lifecycle", "ignore_changes"))
            if span is None or not re.fullmatch(r"\[[^\[\]]*\]", written):
                return False
            inner = written[1:-1].strip().rstrip(",")
            after = f"[{', '.join(filter(None, [inner, *missing]))}]"
            self.edits.setdefault(placed.path, []).append(Edit(*span, after))
            return True
        block = lifecycle or placed.block
        begin = text.rfind("\n", 0, block.end) + 1
        if text[begin : block.end].strip():
            return False
        deeper = text[begin : block.end] + "  "
        lines = [f"{deeper}ignore_changes = [{', '.join(missing)}]"]
        if lifecycle is None:
            lines = ["", f"{deeper}lifecycle {{", f"  {lines[0]}", f"{deeper}}}"]
        end = line_end(text)
        self.edits.setdefault(placed.path, []).append(Edit(begin, begin, "".join(f"{line}{end}" for line in lines)))
        return True

    def patched(self) -> Patched:
        """Return the changes, read again to see that they say what they have to.

        Raises:
            Unfit: They do not.
            Unreadable: What they come to cannot be read.
        """
        files = self.module.files
        patches = [Patch(path, files[path], edited(files[path], edits)) for path, edits in sorted(self.edits.items())]
        self._check(patches)
        if self.fresh:
            patches.append(self._made())
        stages = (Stage(STAGE, tuple(patches)),) if patches else ()
        return Patched(stages, frozenset(self.done), frozenset(self.kept), self.reasons)

    def _check(self, patches: Sequence[Patch]) -> None:
        now = Module({**self.module.files, **{each.path: each.after for each in patches}}, "", self.module.name)
        for placed, path, after in self.expected:
            same = [each for each in now.placed if (each.path, each.address) == (placed.path, placed.address)]
            said = [now.files[each.path][slice(*span)] for each in same for span in now.places(each, path)]
            if len(same) != 1 or after not in said:
                raise Unfit(f"{placed.where} is written in a way that lambda-migrate does not change")

    def _made(self) -> Patch:
        """Return the file with what the migration made; what is there already stays."""
        path = (PurePosixPath(self.folder) / FILE).as_posix()
        before = self.module.files.get(path)
        made = sorted(self.fresh, key=lambda each: each.terraform is not None and each.terraform.type != ALIAS)
        text = hcl.snippet(made, self.label, self._own_name())
        after = f"{before.rstrip()}\n\n{text}\n" if before else f"{text}\n"
        reader.parse(after)
        return Patch(path, before, after)

    def _own_name(self) -> dict[str, str]:
        """Return expressions for what the module knows: the function's name."""
        placed = self.module.function
        if placed is None or "count" in placed.block.values or "for_each" in placed.block.values:
            return {}
        attribute = "lambda_function_name" if placed.block.kind == "module" else "function_name"
        return {self.module.name: f"{placed.address}.{attribute}"}
