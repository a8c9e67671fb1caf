"""The container image of a function: where it is, what starts its handler, and what is replaced to start the proxy.

Lambda starts ``EntryPoint`` followed by ``Command``, each as the image has it unless the function overrides it ("Create
a Lambda function using a container image", Lambda developer guide). What starts a Python handler is one of three: the
entry point of AWS's base image, with the handler as its only argument; the runtime interface client, whose argument it
is; or the AWS Lambda Web Adapter, an extension, beside which any command runs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE, CLIENT, SCRIPT, ADAPTER = "base image", "runtime interface client", "script", "web adapter"
"""What starts the handler; a script is one of which nobody knows whether it hands its last argument on."""

ENTRY_POINT = "lambda-entrypoint.sh"
RUNTIME_CLIENT = "awslambdaric"
_ADAPTER = re.compile(r"(?=.*/opt/extensions(?:/|\s|$)).*(?:^|[\s/\"])lambda-adapter(?:[\s,\"]|$)", re.DOTALL)
"""The step of a Dockerfile that copies the adapter's program to Lambda's extensions."""

HANDLER = re.compile(r"(?:[A-Za-z_]\w*[./])*[A-Za-z_]\w*\.(?!sh$)[A-Za-z_]\w*")
"""``module.function``, the module in packages or folders; Lambda takes both separators. A shell script is not one."""

_URI = re.compile(
    r"(?P<repository>(?P<registry>\d{12})\.dkr[.-]ecr[^/]*/(?P<name>[^@:]+))(@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_REGION = re.compile(r"\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.")


@dataclass(frozen=True)
class Image:
    """The image that ``$LATEST`` of a function runs.

    Attributes:
        repository: Registry and repository, ``123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders``.
        digest: ``sha256:`` and 64 hexadecimal digits.
        manifest: Its manifest, to the byte.
        media_type: Of the manifest.
        config: Its configuration, to the byte.
        overrides: What the function sets in its place: ``EntryPoint``, ``Command``, ``WorkingDirectory``.
        lifecycle: The repository's lifecycle policy, JSON, or "".
        derived: Digests of images in the repository that are this one and the proxy's layer, and nothing else.
        tags: The tags of this one and of those, in the registry of the function's own account.
        copies: The repository of that account which a copy goes to, as `repository`; "" where the image itself is in
            it, or that account has none of this name.
        unread: Why its content could not be read, one clause; "" if it was.
    """

    repository: str
    digest: str
    manifest: str = ""
    media_type: str = ""
    config: str = ""
    overrides: dict[str, Any] = field(default_factory=dict)
    lifecycle: str = ""
    derived: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    copies: str = ""
    unread: str = ""

    @property
    def home(self) -> str:
        """Where derived images go, as `repository`."""
        return self.copies or self.repository

    @property
    def registry(self) -> str:
        """The account whose registry it is in, 12 digits; "" where the repository is not one of ECR's."""
        match = _URI.fullmatch(self.repository)
        return match["registry"] if match else ""

    @property
    def name(self) -> str:
        """The repository's name."""
        match = _URI.fullmatch(self.repository)
        return match["name"] if match else ""

    @property
    def region(self) -> str:
        """The region that the repository is in, or ""."""
        match = _REGION.search(self.repository)
        return match[1] if match else ""

    @property
    def start(self) -> Start:
        """What starts its handler."""
        return start(json.loads(self.config or "{}"), self.overrides)

    @property
    def on_path(self) -> bool:
        """Whether its runtime finds modules in the proxy's folder by itself, as that of AWS's base image does."""
        return self.start.kind == BASE

    @property
    def variables(self) -> dict[str, str]:
        """The variables that it sets; those of the function are added to them, or replace them."""
        return environment(json.loads(self.config or "{}"))

    @property
    def python(self) -> str:
        """The version of Python that official images name, ``3.12.4``, or ""."""
        return self.variables.get("PYTHON_VERSION", "")


@dataclass(frozen=True)
class Start:
    """What Lambda starts in an image.

    Attributes:
        kind: One of :data:`BASE`, :data:`CLIENT`, :data:`SCRIPT`, :data:`ADAPTER`; "" where it is none of them.
        entry_point: What is started.
        command: Its arguments, or what is started if there is no entry point.
        at: Where the handler is among the arguments; below 0 where it is one of the entry point's words.
    """

    kind: str
    entry_point: tuple[str, ...]
    command: tuple[str, ...]
    at: int = 0

    @property
    def handler(self) -> str:
        """The handler, ``module.function``; "" under the adapter."""
        words = (*self.entry_point, *self.command)
        return words[len(self.entry_point) + self.at] if self.kind in (BASE, CLIENT, SCRIPT) else ""

    @property
    def written(self) -> str:
        """All of it, for a person."""
        return " ".join([*self.entry_point, *self.command])

    def replaced(self, overrides: Mapping[str, Any], handler: str, selector: str) -> dict[str, Any]:
        """Return what the function overrides where the proxy is started.

        Args:
            overrides: What it overrides now.
            handler: The proxy's handler.
            selector: The program that starts the proxy in place of an application under the adapter.
        """
        if self.kind == ADAPTER:
            return {**overrides, "EntryPoint": [selector, *self.entry_point], "Command": list(self.command)}
        words = [*self.entry_point, *self.command]
        words[len(self.entry_point) + self.at] = handler
        if self.at < 0:
            return {**overrides, "EntryPoint": words[: len(self.entry_point)]}
        return {**overrides, "Command": words[len(self.entry_point) :]}


def parse(uri: str) -> Image | None:
    """Return what a URI with a digest names, as yet without its content; None where it is not one of ECR's."""
    match = _URI.fullmatch(uri)
    return Image(match["repository"], match["digest"]) if match and match["digest"] else None


def overrides(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a function's configuration sets in place of its image's own; what is empty is not set."""
    told = (configuration.get("ImageConfigResponse") or {}).get("ImageConfig") or {}
    return {name: value for name, value in sorted(told.items()) if value}


def environment(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables of an image's configuration."""
    pairs = (each.partition("=") for each in (config.get("config") or {}).get("Env") or () if isinstance(each, str))
    return {name: value for name, _, value in pairs}


def start(config: Mapping[str, Any], overridden: Mapping[str, Any]) -> Start:
    """Return what Lambda starts.

    Args:
        config: An image's configuration.
        overridden: What the function sets in its place.
    """
    own = config.get("config") or {}
    entry_point = tuple(overridden.get("EntryPoint") or own.get("Entrypoint") or ())
    command = tuple(overridden.get("Command") or own.get("Cmd") or ())
    words = [*entry_point, *command]
    if entry_point and entry_point[-1].rpartition("/")[2] == ENTRY_POINT:
        return _handed(BASE, entry_point, command, 0 if len(command) == 1 else -1)
    if RUNTIME_CLIENT in words:
        return _handed(CLIENT, entry_point, command, words.index(RUNTIME_CLIENT) + 1 - len(entry_point))
    if words and any(_ADAPTER.search(str(each.get("created_by"))) for each in config.get("history") or ()):
        return Start(ADAPTER, entry_point, command)
    return _handed(SCRIPT, entry_point, command, len(command) - 1)


def _handed(kind: str, entry_point: tuple[str, ...], command: tuple[str, ...], at: int) -> Start:
    """Return a start that takes a handler at a place of its arguments, or one of no known kind."""
    words = (*entry_point, *command)
    placed = kind == CLIENT or (entry_point and at >= 0)
    position = len(entry_point) + at
    if not placed or position >= len(words) or not HANDLER.fullmatch(words[position]):
        return Start("", entry_point, command)
    return Start(kind, entry_point, command, at)
