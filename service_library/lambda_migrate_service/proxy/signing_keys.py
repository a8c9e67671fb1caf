"""The keys that the proxy signs with: at least one, two while they are rotated."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from ..environment import REFERENCES, Environment

VARIABLE = "LAMBDA_MIGRATE_SIGNING_KEYS"
FILE_VARIABLE = "LAMBDA_MIGRATE_SIGNING_KEYS_FILE"
REFRESH_VARIABLE = "LAMBDA_MIGRATE_SIGNING_KEYS_REFRESH"

AGAIN = 2.0
"""Seconds between two reads of the secret, however many requests name keys that nobody knows."""

REFRESH = 60.0
"""Seconds after which the keys of the secret are read again, so that a key that was dropped is forgotten."""

_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")

log = logging.getLogger(__name__)


def parse(text: str) -> dict[str, bytes]:
    """Return secrets by key id.

    Args:
        text: `id:secret[,id:secret]`.

    Raises:
        ValueError: It is not of that form; the message holds no secret.
    """
    keys: dict[str, bytes] = {}
    for number, part in enumerate((part.strip() for part in text.split(",") if part.strip()), start=1):
        identifier, _, secret = part.partition(":")
        if not _ID.match(identifier) or not secret or identifier in keys:
            msg = f"key {number} must be written id:secret, each id once"
            raise ValueError(msg)
        keys[identifier] = secret.encode()
    return keys


class SecretKeys:
    """The keys that a secret of AWS holds; a rotation needs no restart.

    The secret is read again at once for a request that names a key that is not known, though not twice within `AGAIN`
    seconds; in the background once the keys are older than `refresh` seconds; and before anything is believed once they
    are twice as old, which happens where no requests came. Where it cannot be read, the last keys stay.

    Args:
        name: What messages call it.
        read: Returns its text; runs in a thread of its own.
        keys: What it held when the service started.
        refresh: Seconds.
        clock: Seconds, from any start.
    """

    def __init__(
        self,
        name: str,
        read: Callable[[], str],
        keys: dict[str, bytes],
        *,
        refresh: float = REFRESH,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.keys = keys
        self._name = name
        self._read = read
        self._refresh = refresh
        self._clock = clock
        self._begun = clock()
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="signing-keys")
        self._reading: Future[None] | None = None

    async def look_for(self, identifier: str) -> None:
        """Read the secret again if a request that names this key calls for it."""
        age = self._clock() - self._begun
        if identifier not in self.keys or age > 2 * self._refresh:
            reading = self._begin()
            if reading is not None:
                await asyncio.shield(asyncio.wrap_future(reading))
        elif age > self._refresh:
            self._begin()

    def _begin(self) -> Future[None] | None:
        """Return the read that is under way, begun now if need be; None where the last one is too recent."""
        with self._lock:
            if self._reading is not None and not self._reading.done():
                return self._reading
            if self._clock() - self._begun < AGAIN:
                return None
            self._begun = self._clock()
            self._reading = self._thread.submit(self._read_again)
            return self._reading

    def _read_again(self) -> None:
        try:
            keys = parse(self._read())
        except Exception as error:  # noqa: BLE001  # whatever it is, the service goes on with the keys it has
            log.error("the signing keys in `%s` cannot be read, the last ones stay: %s", self._name, _kind(error))
            return
        if keys != self.keys:
            log.info("signing keys read: %s", ", ".join(keys) or "none")
        self.keys = keys


class SigningKeys:
    """The active keys: those of the environment, of a secret, and of a file that may change while the service runs.

    Args:
        fixed: Secrets by key id.
        file: Is read again whenever it has changed; while it is missing, it adds no keys, and while it is empty, the
            last ones stay.
        secret: Is read again when its keys may have changed.
    """

    def __init__(self, fixed: dict[str, bytes], file: Path | None = None, secret: SecretKeys | None = None) -> None:
        self._fixed = fixed
        self._file = file
        self._secret = secret
        self._seen: tuple[int, int, int] | None = None
        self._read: dict[str, bytes] = {}

    @classmethod
    def read(cls, environment: Environment, reader: Callable[[str], Callable[[], str]] | None = None) -> SigningKeys:
        """Read the variables, and the secret that is named in place of the keys.

        Args:
            environment: Has the variables; remembers what is wrong with them.
            reader: Returns what reads the secret of a reference; by default from AWS.
        """
        fixed: dict[str, bytes] = {}
        secret: SecretKeys | None = None
        text = environment.text(VARIABLE)
        try:
            if text.startswith(REFERENCES):
                secret = _secret(text, reader or _reader, environment.number(REFRESH_VARIABLE, REFRESH, least=1))
            else:
                fixed = parse(text)
        except ValueError as error:
            environment.problems.append(f"{VARIABLE}: {error}")
        except Exception as error:  # noqa: BLE001  # whatever goes wrong is told with the variable's name
            environment.problems.append(f"{VARIABLE}: `{text}` cannot be read ({_kind(error)})")
        name = environment.text(FILE_VARIABLE)
        # links stay as they are: a mounted secret changes when its link leads elsewhere
        file = Path(name).absolute() if name else None
        if file is not None and not file.is_file():
            environment.problems.append(f"{FILE_VARIABLE}: `{name}` does not exist")
        return cls(fixed, file, secret)

    async def find(self, identifier: str) -> bytes | None:
        """Return the secret of an active key, or None."""
        if self._secret is not None:
            await self._secret.look_for(identifier)
        return self.current().get(identifier)

    def current(self) -> dict[str, bytes]:
        """Return the active secrets by key id; none means that nothing signed is accepted."""
        held = {**self._fixed, **self._secret.keys} if self._secret is not None else self._fixed
        if self._file is None:
            return held
        seen = None
        try:
            status = self._file.stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
            if seen != self._seen:
                keys = parse(self._file.read_text(encoding="utf-8").replace("\n", ","))
                if keys:
                    self._read = keys
                    log.info("signing keys read: %s", ", ".join(keys))
                else:
                    seen = None  # it is just being written: the last ones stay, and it is read again
        except FileNotFoundError:
            self._read = {}
        except (OSError, ValueError) as error:
            log.error("the signing keys in `%s` cannot be read, the last ones stay: %s", self._file, error)
        self._seen = seen
        return {**held, **self._read}


def _secret(reference: str, reader: Callable[[str], Callable[[], str]], refresh: float) -> SecretKeys:
    read = reader(reference)
    return SecretKeys(reference, read, parse(read()), refresh=refresh)


def _reader(reference: str) -> Callable[[], str]:
    """Return what reads a secret of AWS, `secretsmanager:NAME` or `ssm:NAME`; it gives up soon."""
    import boto3  # noqa: PLC0415  # only services that have secrets need it
    from botocore.config import Config  # noqa: PLC0415  # as above

    kind, _, name = reference.partition(":")
    config = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
    if kind == "ssm":
        ssm = boto3.client("ssm", config=config)
        return lambda: str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    manager = boto3.client("secretsmanager", config=config)
    return lambda: str(manager.get_secret_value(SecretId=name)["SecretString"])


def _kind(error: Exception) -> str:
    """Return what went wrong, without the words of anybody who may have seen a secret."""
    return str(error) if isinstance(error, ValueError) else type(error).__name__
