"""The documentation says what the program does: every command, option, exit code and key."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pydantic import BaseModel

from lambda_migrate import errors
from lambda_migrate.cli.reference_page import document
from lambda_migrate.cli.registry import ENTRIES, load
from lambda_migrate.config import Migration, json_schema
from lambda_migrate.config import documentation as settings_page
from lambda_migrate.config import load as load_configuration
from lambda_migrate.errors import EXIT_CODES
from lambda_migrate.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
EXAMPLE = ROOT / "migration.yaml.example"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path) -> str:
    """Return what stands in a page's code blocks."""
    return "\n".join(re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))


def typed(page: Path) -> Iterator[list[str]]:
    """Yield the words of every call of the program that a page shows, comments and pipes cut off."""
    for line in re.findall(r"(?:^|\$ |&& )lambda-migrate ([^\n]*)", blocks(page), re.MULTILINE):
        command = re.split(r" #| \| | && | > |\)|;", line)[0]
        try:
            yield shlex.split(command)
        except ValueError:
            yield command.split()


def options_of(words: list[str]) -> set[str]:
    """Return the options of the command that some words name; fails if there is none."""
    names = {entry.name: entry for entry in ENTRIES}
    assert words[0] in names, f"`{words[0]}` is not a command"
    command = load(words[0])
    if names[words[0]].acts and words[1:2] not in [[name] for name in names[words[0]].commands]:
        command = command.alone
    elif names[words[0]].commands:
        assert words[1] in command.commands, f"`{' '.join(words[:2])}` is not a command"
        command = command.commands[words[1]]
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


def test_the_page_of_commands_is_current() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    assert written == document(), "run `python -m lambda_migrate.cli.reference_page docs/commands.md`"


def test_the_page_of_settings_is_current() -> None:
    written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert written == settings_page.document(), "run `python -m lambda_migrate.config.documentation docs/settings.md`"


def test_every_page_is_on_the_site() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = [page for entry in site["nav"] for page in _pages(entry)]

    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))


def _pages(entry: dict[str, Any] | str) -> Iterator[str]:
    """Yield the pages of an entry of the site's navigation."""
    for inner in entry.values() if isinstance(entry, dict) else [entry]:
        if isinstance(inner, str):
            yield inner
        else:
            yield from (page for each in inner for page in _pages(each))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_call_that_a_page_shows_exists(page: Path) -> None:
    for words in typed(page):
        if not words or words[0].startswith("-"):
            continue
        known = options_of(words) | {"--help", "-h"}
        used = {word.partition("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)}
        assert used <= known, f"{page.name}: lambda-migrate {' '.join(words)}"


def test_the_readme_names_every_command_of_the_journey() -> None:
    text = README.read_text(encoding="utf-8")

    missing = [entry.name for entry in ENTRIES if not re.search(rf"\b{entry.name}\b", text)]
    assert [name for name in missing if name not in ("schema", "sandbox")] == []


def test_the_readme_lists_the_exit_codes() -> None:
    rows = re.findall(r"^\| (\d+) \|", README.read_text(encoding="utf-8"), re.MULTILINE)

    assert [int(code) for code in rows] == list(EXIT_CODES)


def test_every_error_has_an_exit_code_that_is_documented() -> None:
    def kinds(kind: type[errors.MigrateError]) -> Iterator[type[errors.MigrateError]]:
        yield kind
        for inner in kind.__subclasses__():
            yield from kinds(inner)

    assert {kind.exit_code for kind in kinds(errors.MigrateError)} | {0} == set(EXIT_CODES)


def test_nobody_is_told_to_install_a_package_that_is_not_published() -> None:
    told = re.compile(r"(?:pip|pipx|uv tool|uvx?)(?: install| run)? ['\"]?lambda-migrate")
    folders = (ROOT / name for name in ("lambda_migrate", "templates", "service_library", "docs", "scripts"))
    files = [README, ROOT / "CONTRIBUTING.md", *(path for folder in folders for path in folder.rglob("*.*"))]
    texts = [path for path in files if path.suffix in {".py", ".md", ".jinja", ".toml", ".yaml", ".txt"}]

    assert [str(path) for path in texts if told.search(path.read_text(encoding="utf-8"))] == []


def test_the_example_configuration_loads() -> None:
    assert load_configuration(EXAMPLE).function == "orders"


def keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from keys(inner)


def test_the_example_configuration_mentions_every_key() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    every = {*keys(Migration), *(key for target in TARGETS.values() for key in keys(target.settings))}

    assert sorted(key for key in every if not re.search(rf"\b{key}:", text)) == []
    assert [kind for kind in TARGETS if f"kind: {kind}" not in text] == []


def test_the_schema_forbids_unknown_keys_and_explains_every_key() -> None:
    schema = json_schema()
    objects = [each for each in [schema, *schema["$defs"].values()] if each.get("type") == "object"]

    assert [each["title"] for each in objects if each.get("additionalProperties") is not False] == []
    assert [name for each in objects for name in _unexplained(each)] == []


def _unexplained(model: dict[str, Any]) -> Iterator[str]:
    for name, field in model["properties"].items():
        told = "description" in field or "$ref" in field or "const" in field or field.get("items", {}).get("$ref")
        if not told and "allOf" not in field:
            yield f"{model['title']}.{name}"
