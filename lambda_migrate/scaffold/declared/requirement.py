"""One declared requirement, fit for the service's requirements file: no credentials, no paths of the old project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from lambda_migrate.scaffold.distributions import normalised

_NAMED = re.compile(r"^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[^\]]*\])?\s*(.*)$", re.DOTALL)
_EXACT = re.compile(r"^===?\s*[^,;\s*]+$")
_EXACT_URL = re.compile(r"\.(whl|zip|tar\.gz)$|\.git@(v?\d[\w.+-]*|[0-9a-f]{7,40})$|@[0-9a-f]{40}$", re.IGNORECASE)
_VARIABLE = re.compile(r"^\$\{[A-Z_][A-Z0-9_]*\}$")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PATH = re.compile(r"^[^\s;@\[<>=!~]*(/|\.whl|\.zip|\.tar\.gz)")
_SECRET = re.compile(r"token|key|secret|sig(nature)?$|passw|credential|auth|policy", re.IGNORECASE)
"""Names in the query of a URL that is signed, or that lets in whoever has it: presigned ones of S3, SAS of Azure."""
_LOGIN = re.compile(r"(?<=//)[^\s/]*@|[^\s/@:]+:[^\s/]+@|\?[^\s#]*")
_LONGEST = 4000
"""Characters of a line that is shown."""

_MACHINES = ("x86_64", "aarch64")


@dataclass(frozen=True)
class Requirement:
    """A requirement that an index or a URL provides.

    Attributes:
        name: Of the distribution, normalised (PEP 503); guessed from the URL where that is all that is there.
        extras: With their brackets, "" where none.
        specifier: Versions, for example ``>=2,<3``; "" where any will do or a URL decides.
        url: Where it is, "" for one of an index; without credentials, also those in its query.
        marker: Where it applies, "" for everywhere.
        written: As the old project wrote the name; "" where only the URL was written.
        stripped: Whether credentials were left out of the URL.
    """

    name: str
    extras: str = ""
    specifier: str = ""
    url: str = ""
    marker: str = ""
    written: str = ""
    stripped: bool = False

    @property
    def line(self) -> str:
        """The line of a requirements file."""
        marker = f"; {self.marker}" if self.marker else ""
        if not self.url:
            return f"{self.written}{self.extras}{self.specifier}{marker}"
        named = f"{self.written}{self.extras} @ {self.url}" if self.written else self.url
        return f"{named} {marker}".strip()

    @property
    def exact(self) -> bool:
        """Whether it names one version."""
        return bool(_EXACT_URL.search(self.url.partition("#")[0]) if self.url else _EXACT.match(self.specifier))


def parse(text: str) -> Requirement | None:
    """Return the requirement of a line (PEP 508, or a bare URL as pip takes it); None for a path or what is none."""
    if not text.isprintable():
        return None
    if _SCHEME.match(text):
        url, _, marker = text.partition(" ;")
        return of_url("", url.strip(), marker=marker.strip())
    match = _NAMED.match(text)
    if match is None or is_path(text):
        return None
    written, extras, rest = match[1], (match[2] or "").replace(" ", ""), match[3].strip()
    if rest.startswith("@"):
        url, _, marker = rest[1:].strip().partition(" ;")
        return of_url(written, url.strip(), extras=extras, marker=marker.strip())
    versions, _, marker = rest.partition(";")
    specifier = versions.strip().removeprefix("(").removesuffix(")").replace(" ", "")
    try:
        SpecifierSet(specifier)
    except InvalidSpecifier:
        return None
    return Requirement(normalised(written), extras, specifier, marker=marker.strip(), written=written)


def of_url(written: str, url: str, *, extras: str = "", marker: str = "") -> Requirement | None:
    """Return what is installed from a URL, without its credentials; None where it is a path of the old project."""
    if url.startswith("file:") or not _SCHEME.match(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are not those of an address of IPv6
        return None
    egg = re.search(r"(?:^|&)egg=([A-Za-z0-9._-]+)", parts.fragment)
    fragment = "&".join(each for each in parts.fragment.split("&") if each and not each.startswith("egg="))
    written = written or (egg[1] if egg else "")
    host, stripped = _without_credentials(parts.netloc, parts.scheme)
    last = re.sub(r"(\.git)?(@[^/]*)?$", "", parts.path.rstrip("/")).rpartition("/")[2]
    guess = last.partition("-")[0] if last.endswith((".whl", ".tar.gz", ".zip")) else last
    query = "&".join(each for each in parts.query.split("&") if each and not _SECRET.search(each.partition("=")[0]))
    stripped = stripped or query != parts.query
    clean = urlunsplit((parts.scheme, host, parts.path, query, fragment))
    return Requirement(
        normalised(written or guess), extras, url=clean, marker=marker, written=written, stripped=stripped
    )


def applies(marker: str, python: str) -> bool:
    """Tell whether a marker (PEP 508) holds where Lambda functions run: CPython on Linux, on either architecture."""
    if not marker:
        return True
    environment = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
        "extra": "",
    }
    try:
        read = Marker(marker)
        return any(read.evaluate({**environment, "platform_machine": machine}) for machine in _MACHINES)
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return True


def _without_credentials(netloc: str, scheme: str) -> tuple[str, bool]:
    """Return a URL's host without what only its owner may know; ``git@`` and ``${TOKEN}`` are not secrets."""
    userinfo, at, host = netloc.rpartition("@")
    user, colon, password = userinfo.partition(":")
    known = (scheme.endswith("ssh") and not password) or all(
        _VARIABLE.match(each) for each in ([user, password] if colon else [user])
    )
    return (netloc, False) if not at or known else (host, True)


def shown(text: str) -> str:
    """Return a line as a message may show it: without what a URL in it logs in with, and without its query."""
    return _LOGIN.sub("", text) if len(text) <= _LONGEST else f"{len(text):,} characters"


def is_path(text: str) -> bool:
    """Tell whether a line names a file or a folder of the old project."""
    return text.startswith((".", "/", "~", "file:")) or bool(
        re.match(r"^[^\s;@\[<>=!~]*(/|\.whl|\.zip|\.tar\.gz)", text)
    )
