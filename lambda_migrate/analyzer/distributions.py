"""Which imports the declared requirements provide, although distributions and imports are often named differently."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
STUBS = re.compile(r"^(types-.*|.*-stubs|mypy-boto3.*|boto3-stubs.*)$")
EXTRAS = re.compile(r"^\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*\[([^\]]*)\]")
DEVELOPMENT = re.compile(
    r"(?<![a-z])(dev(el(opment)?)?(?![a-z])|test|lint|docs?(?![a-z])|ci(?![a-z])|typ(e|ing)|local)", re.IGNORECASE
)
SHORTEST_PART = 3
PLAIN = ("requirements*.txt", "requirements*.in", "requirements/*.txt", "requirements/*.in", "constraints.txt")

# Import names that no spelling of the distribution's own name leads to.
IMPORTED_AS: dict[str, frozenset[str]] = {
    "attrs": frozenset({"attr", "attrs"}),
    "beautifulsoup4": frozenset({"bs4"}),
    "biopython": frozenset({"Bio"}),
    "django-rest-framework": frozenset({"rest_framework"}),
    "djangorestframework": frozenset({"rest_framework"}),
    "faiss-cpu": frozenset({"faiss"}),
    "google-api-python-client": frozenset({"googleapiclient", "apiclient"}),
    "grpcio": frozenset({"grpc"}),
    "mysqlclient": frozenset({"MySQLdb"}),
    "opencv-python": frozenset({"cv2"}),
    "opencv-python-headless": frozenset({"cv2"}),
    "pillow": frozenset({"PIL"}),
    "protobuf": frozenset({"google"}),
    "psycopg2-binary": frozenset({"psycopg2"}),
    "pycryptodome": frozenset({"Crypto"}),
    "pycryptodomex": frozenset({"Cryptodome"}),
    "pymupdf": frozenset({"fitz"}),
    "pywin32": frozenset({"win32api", "win32con", "pythoncom"}),
    "scikit-image": frozenset({"skimage"}),
    "scikit-learn": frozenset({"sklearn"}),
    "setuptools": frozenset({"setuptools", "pkg_resources"}),
    "toolz": frozenset({"toolz", "tlz"}),
    "typing-extensions": frozenset({"typing_extensions"}),
}
# What comes along with a distribution, so that importing it needs no line of its own to work.
BRINGS: dict[str, tuple[str, ...]] = {
    "aioboto3": ("aiobotocore", "boto3"),
    "aiobotocore": ("botocore", "aiohttp", "wrapt"),
    "aiohttp": ("multidict", "yarl", "attrs", "frozenlist"),
    "alembic": ("sqlalchemy", "mako"),
    "anyio": ("idna", "sniffio"),
    "aws-lambda-powertools": ("jmespath", "typing-extensions"),
    "aws-xray-sdk": ("botocore", "wrapt"),
    "boto3": ("botocore", "s3transfer", "jmespath"),
    "botocore": ("jmespath", "python-dateutil", "urllib3"),
    "celery": ("kombu", "billiard", "vine", "click", "python-dateutil"),
    "cryptography": ("cffi",),
    "django": ("asgiref", "sqlparse"),
    "fastapi": ("starlette", "pydantic", "typing-extensions", "annotated-doc"),
    "flask": ("werkzeug", "jinja2", "itsdangerous", "click", "blinker", "markupsafe"),
    "google-cloud-storage": ("google-auth", "google-api-core", "requests"),
    "httpx": ("httpcore", "h11", "anyio", "certifi", "idna"),
    "jinja2": ("markupsafe",),
    "kombu": ("amqp", "vine"),
    "mangum": ("typing-extensions",),
    "matplotlib": ("numpy", "pillow", "python-dateutil"),
    "pandas": ("numpy", "python-dateutil", "pytz"),
    "psycopg": ("typing-extensions",),
    "pydantic": ("pydantic-core", "typing-extensions", "annotated-types"),
    "pydantic-settings": ("pydantic", "python-dotenv"),
    "python-dateutil": ("six",),
    "python-jose": ("rsa", "ecdsa", "pyasn1"),
    "requests": ("urllib3", "certifi", "idna", "charset-normalizer"),
    "s3transfer": ("botocore",),
    "scikit-learn": ("numpy", "scipy", "joblib"),
    "scipy": ("numpy",),
    "sentry-sdk": ("urllib3", "certifi"),
    "sqlalchemy": ("greenlet", "typing-extensions"),
    "sqlmodel": ("sqlalchemy", "pydantic"),
    "starlette": ("anyio",),
    "strawberry-graphql": ("graphql-core", "typing-extensions", "python-dateutil"),
    "uvicorn": ("click", "h11"),
}
_STANDARD_SERVER = ("uvloop", "httptools", "websockets", "watchfiles", "python-dotenv", "pyyaml")
_STANDARD_FASTAPI = (
    "uvicorn",
    *_STANDARD_SERVER,
    "httpx",
    "jinja2",
    "python-multipart",
    "email-validator",
    "dnspython",
)
# What an extra brings where its own name does not say it, as `bcrypt` in `passlib[bcrypt]` does.
EXTRA_BRINGS: dict[str, tuple[str, ...]] = {
    "aws-lambda-powertools[all]": ("pydantic", "aws-xray-sdk", "fastjsonschema"),
    "aws-lambda-powertools[parser]": ("pydantic",),
    "aws-lambda-powertools[tracer]": ("aws-xray-sdk",),
    "fastapi[all]": (*_STANDARD_FASTAPI, "itsdangerous", "orjson", "ujson", "pydantic-settings"),
    "fastapi[standard]": _STANDARD_FASTAPI,
    "httpx[http2]": ("h2",),
    "psycopg[pool]": ("psycopg-pool",),
    "pydantic[email]": ("email-validator", "dnspython"),
    "pyjwt[crypto]": ("cryptography",),
    "requests[socks]": ("pysocks",),
    "sqlalchemy[asyncio]": ("greenlet",),
    "starlette[full]": ("httpx", "itsdangerous", "jinja2", "python-multipart", "pyyaml"),
    "uvicorn[standard]": _STANDARD_SERVER,
}


class Requirements:
    """The distributions a service will have, and the imports they provide.

    Attributes:
        names: normalised names, with what the best-known of them bring along.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        waiting = [name for line in lines for name in _named(line) if not STUBS.match(name)]
        names: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in names:
                names.add(name)
                waiting += BRINGS.get(name, ())
        self.names = frozenset(names)

    def declares(self, distribution: str) -> bool:
        """Return whether a distribution is there, by its own name."""
        return distribution in self.names

    def provides(self, import_name: str) -> bool:
        """Return whether some distribution plausibly provides a top-level import name."""
        spelled = _normalised(import_name)
        joined = spelled.replace("-", "")
        for name in self.names:
            if import_name in IMPORTED_AS.get(name, ()) or spelled == name:
                return True
            # `python-jose` gives `jose`, `google-cloud-storage` `google`, `python-json-logger` `pythonjsonlogger`.
            if len(joined) >= SHORTEST_PART and joined in name.replace("-", ""):
                return True
        return False


def _named(line: str) -> Iterator[str]:
    """Return the normalised names of a requirement line: the distribution, its extras, and what these bring."""
    name = distribution_name(line)
    if name:
        yield name
        extras = EXTRAS.match(line)
        for extra in extras[1].split(",") if extras else ():
            yield _normalised(extra.strip())
            yield from EXTRA_BRINGS.get(f"{name}[{_normalised(extra.strip())}]", ())


def distribution_name(line: str) -> str:
    """Return the normalised name in a requirement line, empty for options and comments."""
    url = re.search(r"#egg=([A-Za-z0-9._-]+)", line)
    match = NAME.match(url[1] if url else line)
    return _normalised(match[1]) if match else ""


def find_requirements(*folders: Path) -> Sequence[str] | None:
    """Return every requirement declared in the folders, None when no file declares any.

    Reads requirements files, `pyproject.toml`, lock files, `Pipfile`, `setup.cfg` and `setup.py`; not those for
    development and tests.
    """
    requirements: list[str] = []
    declared = False
    for folder in dict.fromkeys(folders):
        for path in _files(folder):
            declared = True
            requirements += _read(path)
    return tuple(requirements) if declared else None


def _files(folder: Path) -> Iterator[Path]:
    plain = [path for pattern in PLAIN for path in folder.glob(pattern) if not DEVELOPMENT.search(path.stem)]
    # A `.in` file is what the pinned `.txt` of its name was made from.
    yield from sorted(path for path in plain if path.suffix == ".txt" or path.with_suffix(".txt") not in plain)
    for name in READERS:
        path = folder / name
        if path.is_file():
            yield path


def _read(path: Path) -> list[str]:
    try:
        return list(READERS.get(path.name, _requirements_text)(path))
    except (OSError, ValueError, configparser.Error, SyntaxError, KeyError, TypeError, AttributeError):
        # A file that does not parse declares nothing; what it should have declared is then reported as missing.
        return []


def _requirements_text(path: Path, seen: frozenset[Path] = frozenset()) -> Iterator[str]:
    for raw in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        line = raw.strip()
        included = re.match(r"^(?:-r|--requirement)[\s=]+(\S+)", line)
        if included:
            other = (path.parent / included[1]).resolve()
            if other.is_file() and other not in seen:
                yield from _requirements_text(other, seen | {other})
        elif line and not line.startswith("#") and (not line.startswith("-") or "#egg=" in line):
            yield line


def _pyproject(path: Path) -> Iterator[str]:
    document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    yield from document.get("project", {}).get("dependencies", [])
    poetry = document.get("tool", {}).get("poetry", {}).get("dependencies", {})
    yield from (_with_extras(name, given) for name, given in poetry.items() if name != "python")


def _with_extras(name: str, given: object) -> str:
    extras = given.get("extras", []) if isinstance(given, dict) else []
    return f"{name}[{','.join(extras)}]" if extras else name


def _locked(path: Path) -> Iterator[str]:
    document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    yield from (package["name"] for package in document.get("package", []))


def _pipfile(path: Path) -> Iterator[str]:
    packages = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("packages", {})
    yield from (_with_extras(name, given) for name, given in packages.items())


def _pipfile_lock(path: Path) -> Iterator[str]:
    yield from json.loads(path.read_text(encoding="utf-8-sig")).get("default", {})


def _setup_cfg(path: Path) -> Iterator[str]:
    parser = configparser.ConfigParser()
    parser.read_string(path.read_text(encoding="utf-8-sig"))
    yield from parser.get("options", "install_requires", fallback="").splitlines()


def _setup_py(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.keyword) and node.arg == "install_requires" and isinstance(node.value, ast.List):
            yield from (item.value for item in node.value.elts if isinstance(getattr(item, "value", None), str))  # type: ignore[attr-defined]


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


READERS = {
    "pyproject.toml": _pyproject,
    "uv.lock": _locked,
    "poetry.lock": _locked,
    "Pipfile": _pipfile,
    "Pipfile.lock": _pipfile_lock,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
}
