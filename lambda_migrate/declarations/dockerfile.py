"""A function's Dockerfile: Python, handler or command, variables, system packages, requirements, the code's folder.

https://docs.docker.com/reference/dockerfile/ and https://docs.aws.amazon.com/lambda/latest/dg/python-image.html
"""

from __future__ import annotations

import json
import re
import shlex
from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lambda_migrate.declarations.model import Declaration, Unreadable
from lambda_migrate.file_names import slashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NAME = "Dockerfile"
FILES = ("Dockerfile", "Dockerfile.lambda", "lambda.Dockerfile", "Dockerfile.aws.lambda")
TASK_ROOT = "/var/task"
_BASE = re.compile(r"(?:lambda[/-])?python:(3\.\d{1,2})")
_OF_LAMBDA = re.compile(r"\blambda[/-]python\b")
_OF_THE_IMAGE = re.compile(
    r"^(PATH|HOME|LANG|LC_ALL|TZ|DEBIAN_FRONTEND|LD_LIBRARY_PATH|VIRTUAL_ENV|PYTHON[A-Z]+|(PIP|UV|POETRY)_\w+)$"
)
"""Variables by which an image is built or finds its own Python."""
_FILLED = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)")
_INSTALLS = re.compile(r"\b(?:apt-get|apt|yum|dnf|microdnf|apk)\b(?:\s+-\S+)*\s+(?:install|add)\b([^&|;]*)")
LONGEST = 1 << 16
"""Characters of a text with its variables filled in; each may hold others. Longer ones stay as written."""
_HANDLER = re.compile(r"^[A-Za-z_][\w./]*\.[A-Za-z_]\w*$")


def read(path: Path, text: str) -> Iterator[Declaration]:
    """Yield what the last stage of the file says.

    Raises:
        Unreadable: It has no ``FROM``.
    """
    stage = _Stage(path.parent)
    for instruction, rest in _instructions(text):
        stage.take(instruction, rest)
    if not stage.base:
        raise Unreadable("it has no FROM")
    if not stage.is_of_lambda:  # of another container: a laptop's, or the service that comes after
        yield Declaration(python=stage.python)
        return
    yield Declaration(
        line=0,
        folder=stage.folder,
        handler=stage.handler,
        python=stage.python,
        variables={name: value for name, value in stage.variables.items() if not _OF_THE_IMAGE.match(name)},
        requirements=tuple(stage.requirements),
        installs=tuple(dict.fromkeys(stage.installs)),
        packages=tuple(dict.fromkeys(stage.packages)),
        command=tuple(stage.started),
        image=True,
    )


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction with what follows it, joined where it goes on, without comments and heredocs."""
    joined = re.sub(r"\\[ \t]*\r?\n(?:[ \t]*#[^\n]*\n)*", " ", text)
    for line in joined.splitlines():
        name, _, rest = line.strip().partition(" ")
        if name.isalpha() and not line.lstrip().startswith("#"):
            yield name.upper(), rest.strip()


def system_packages(command: str) -> list[str]:
    """Return the packages that a command installs with the package manager of the system."""
    return [word for match in _INSTALLS.finditer(command) for word in match[1].split() if not word.startswith("-")]


_FLAGS = frozenset(
    {
        "-U", "--upgrade", "-q", "--quiet", "--no-cache-dir", "--no-cache", "--system", "--user", "--no-deps", "--pre",
        "--compile", "--no-compile", "--compile-bytecode", "--force-reinstall", "--break-system-packages",
        "--prefer-binary", "--require-hashes", "--disable-pip-version-check", "--ignore-installed", "-v", "--verbose",
    }
)  # fmt: skip
"""Options of `pip install` that take no value."""
_OF_THE_BUILD = frozenset({"pip", "setuptools", "wheel", "uv", "poetry", "pipenv", "pdm", "awslambdaric", "build"})
_INHERITED = ("base", "python", "directory", "variables", "command", "entry", "folder")
"""What a stage has from the stage that it is made from."""


def installing(what: str, packages: Iterable[str]) -> str:
    """Return what to do about the system packages that an image, or its Dockerfile, installs."""
    named = ", ".join(f"`{each}`" for each in packages)
    return f"{what} installs system packages ({named}): add those that the code needs to the service's Dockerfile"


def _named(words: list[str]) -> Iterator[str]:
    """Yield what `pip install` is given by name: not options, their values, paths, and tools of the build."""
    for before, word in pairwise(("", *(each.strip("\"'") for each in words))):
        if before.startswith("-") and before not in _FLAGS and "=" not in before:
            continue
        name = re.match(r"[A-Za-z0-9][\w.-]*", word)
        if name and "/" not in word and not word.endswith((".whl", ".txt")) and name[0].lower() not in _OF_THE_BUILD:
            yield word


class _Stage:
    def __init__(self, folder: Path) -> None:
        self.context = folder
        self.arguments: dict[str, str] = {"LAMBDA_TASK_ROOT": TASK_ROOT}
        self.name = ""
        self.stages: dict[str, dict[str, Any]] = {}
        self.base = ""
        self.python = ""
        self.directory = ""
        self.folder: Path | None = None
        self.variables: dict[str, str | None] = {}
        self.requirements: list[Path] = []
        self.installs: list[str] = []
        self.packages: list[str] = []
        self.command: list[str] = []
        self.entry: list[str] = []
        self.speaks_to_lambda = False

    @property
    def is_of_lambda(self) -> bool:
        """Whether Lambda runs the image: by AWS's base, the runtime interface client, or the web adapter."""
        return bool(_OF_LAMBDA.search(self.base)) or self.speaks_to_lambda

    @property
    def started(self) -> list[str]:
        """What is run: the command, behind the entry point unless that is what hands it to Lambda's runtime."""
        hands_over = any("awslambdaric" in word or word.endswith(".sh") for word in self.entry)
        return self.command if hands_over else [*self.entry, *self.command]

    @property
    def handler(self) -> str:
        """The handler that is started; "" where that is a web server, or anything else."""
        alone = len(self.started) == 1 or any(word.endswith("awslambdaric") for word in self.started[-2:-1])
        return self.started[-1] if alone and _HANDLER.match(self.started[-1]) else ""

    def take(self, instruction: str, rest: str) -> None:
        """Take one instruction into account."""
        self.speaks_to_lambda = self.speaks_to_lambda or "awslambdaric" in rest or "lambda-adapter" in rest
        takes = {
            "FROM": self._from,
            "ARG": self._arg,
            "ENV": self._env,
            "WORKDIR": self._workdir,
            "COPY": self._copy,
            "ADD": self._copy,
            "RUN": self._run,
            "CMD": self._cmd,
            "ENTRYPOINT": self._entrypoint,
        }
        if instruction in takes:
            takes[instruction](rest)

    def _from(self, rest: str) -> None:
        words = [word for word in rest.split() if not word.startswith("--")]
        image = self._filled(words[0]) if words else ""
        if self.name:
            self.stages[self.name] = {name: copy(getattr(self, name)) for name in _INHERITED}
        if image in self.stages:
            for name, value in self.stages[image].items():
                setattr(self, name, copy(value))
        else:
            match = _BASE.search(image)
            self.base, self.python = image, match[1] if match else self.python
            self.directory = TASK_ROOT if _OF_LAMBDA.search(image) else ""
            self.variables, self.command, self.entry, self.folder = {}, [], [], None
        self.name = words[2] if len(words) > 2 else ""  # noqa: PLR2004  # `FROM image AS name`

    def _arg(self, rest: str) -> None:
        name, _, value = rest.partition("=")
        self.arguments.setdefault(name.strip(), self._filled(value.strip().strip("\"'")))

    def _env(self, rest: str) -> None:
        try:
            words = shlex.split(rest)
        except ValueError:
            return
        if words and "=" not in words[0]:
            words = [f"{words[0]}={' '.join(words[1:])}"]
        for word in words:
            name, equals, value = word.partition("=")
            if equals:
                self.arguments[name] = self._filled(value)
                self.variables[name] = self._filled(value)

    def _workdir(self, rest: str) -> None:
        self.directory = self._filled(rest.strip("\"'"))

    def _copy(self, rest: str) -> None:
        words = [word for word in self._words(rest) if not word.startswith("--")]
        if "--from=" in rest or len(words) < 2:  # noqa: PLR2004  # what, and where to
            return
        *sources, target = (self._filled(word) for word in words)
        top = target.rstrip("/") in (self.directory.rstrip("/") or TASK_ROOT, ".", "", TASK_ROOT, "./")
        for source in sources:
            place = self.context / slashed(source).lstrip("/")
            if top and place.is_dir():
                self.folder = place
            elif top and place.suffix == ".py" and self.folder is None:
                self.folder = place.parent

    def _run(self, rest: str) -> None:
        self.packages += system_packages(rest)
        for match in re.finditer(r"\bpip3?\s+install\b([^&|;]*)", rest):
            words = match[1].split()
            for before, name in pairwise(words):
                place = self.context / self._filled(name).rpartition("/")[2]
                if before in ("-r", "--requirement") and place.is_file():
                    self.requirements.append(place)
            self.installs += (self._filled(name) for name in _named(words))

    def _cmd(self, rest: str) -> None:
        self.command = [self._filled(word) for word in self._words(rest)]

    def _entrypoint(self, rest: str) -> None:
        self.entry = [self._filled(word) for word in self._words(rest)]

    def _words(self, rest: str) -> list[str]:
        try:
            listed = json.loads(rest) if rest.startswith("[") else shlex.split(rest)
        except ValueError:
            listed = rest.split()
        return [str(word) for word in listed]

    def _filled(self, text: str) -> str:
        filled = _FILLED.sub(lambda match: self.arguments.get(match[1] or match[3], match[2] or ""), text)
        return filled if len(filled) <= max(LONGEST, len(text)) else text
