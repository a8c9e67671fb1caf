"""SNS subscriptions over HTTPS: messages prove themselves with the signature that SNS puts on them."""

from __future__ import annotations

import asyncio
import http.client
import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..asgi import Headers, header
from ..context import Function, LambdaContext
from ..environment import Environment
from . import replay, sns_message
from .endpoint import Delivery, Incoming, UnderWay, Unverifiable
from .notification import as_lambda_gets_it
from .replay import ReplayStore

HEADER, TOPIC = "x-amz-sns-message-type", "x-amz-sns-topic-arn"
WINDOW = 3900.0  # SNS tries for an hour at most, with one message id
LARGEST_ANSWER = 64 * 1024
LARGEST_MESSAGE = 2 * 1024 * 1024  # SNS takes 256 KB; with every character escaped, that may be six times as much
LEASE = 60.0  # seconds beyond the function's time-out, after which a host that does not say so is taken for dead
SERVER_ERROR = 500
LOOPBACK = ("127.0.0.1", "localhost", "::1")

log = logging.getLogger(__name__)


class Sns:
    """Takes the notifications of some topics, and confirms subscriptions to them.

    Args:
        topics: The topics' ARNs; any other is refused.
        function: What the handlers' context tells of the function.
        replays: The messages that are being handled, or have been.
        sandbox: URL on this machine of an emulated SNS that does not sign; empty for the real one.
        fetch: Reads a URL.
    """

    largest = LARGEST_MESSAGE

    def __init__(
        self,
        topics: tuple[str, ...],
        function: Function,
        replays: ReplayStore,
        *,
        sandbox: str = "",
        fetch: Callable[[str], bytes] | None = None,
    ) -> None:
        self._topics = topics
        self._function = function
        self._replays = replays
        self._sandbox = sandbox
        self._fetch = fetch or get
        self._certificates = sns_message.Certificates(self._fetch)
        if sandbox:
            log.warning("SNS SIGNATURES ARE NOT VERIFIED: messages are taken from the sandbox at %s", sandbox)

    @classmethod
    def read(cls, environment: Environment, function: Function, directory: Path) -> Sns:
        """Read `LAMBDA_MIGRATE_SNS_TOPICS`, and what a sandbox sets."""
        mode = environment.choice("LAMBDA_MIGRATE_SNS_SIGNATURES", "verify", ("verify", "sandbox-unsigned"))
        endpoint = environment.text("LAMBDA_MIGRATE_SNS_ENDPOINT")
        if mode == "sandbox-unsigned" and urlsplit(endpoint).hostname not in LOOPBACK:
            environment.problems.append(
                "LAMBDA_MIGRATE_SNS_SIGNATURES may be sandbox-unsigned only with a LAMBDA_MIGRATE_SNS_ENDPOINT "
                "on this machine's loopback"
            )
            mode = "verify"
        topics = environment.items("LAMBDA_MIGRATE_SNS_TOPICS")
        sandbox = endpoint if mode == "sandbox-unsigned" else ""
        return cls(
            topics,
            function,
            replay.store(environment, f"{function.name}/sns", directory / "sns", WINDOW),
            sandbox=sandbox,
        )

    async def claims(self, headers: Headers) -> bool:
        """Tell whether the request says that it comes from SNS, from a topic that may; its body has to prove it.

        Every message names its topic in a header too ("HTTP/HTTPS headers", SNS developer guide).
        """
        topic = header(headers, TOPIC)
        said = any(name == HEADER.encode() for name, _ in headers)
        return said and bool(self._topics if topic is None else topic in self._topics)

    async def receive(self, incoming: Incoming) -> Delivery | bool:
        """Return the notification as Lambda would have got it, or confirm the subscription."""
        message = sns_message.parse(incoming.body)
        if message is None or message["TopicArn"] not in self._topics:
            log.warning("an SNS message that is none, or of a topic that is not ours, was refused")
            return False
        if not self._replays.is_fresh(sns_message.sent(message)):  # before anything is fetched for it
            log.warning("an SNS message with an old time was refused")
            return False
        try:
            verified = bool(self._sandbox) or await asyncio.get_running_loop().run_in_executor(
                None, self._certificates.verify, message
            )
        except OSError as error:  # told 404, SNS would not try again
            log.exception("the certificate of SNS could not be read")
            raise Unverifiable from error
        if not verified:
            log.warning("an SNS message with a wrong signature was refused")
            return False
        if message["Type"] == "SubscriptionConfirmation":
            return await self._confirm(message)
        if message["Type"] != "Notification":
            return True
        return await self._notification(message, incoming.headers)

    async def _notification(self, message: dict[str, Any], headers: Headers) -> Delivery | bool:
        identifier, sent = message["MessageId"], sns_message.sent(message)
        begun = await replay.begin(self._replays, identifier, sent, self._function.timeout + LEASE)
        if begun == "done":
            return True
        if begun == "running":
            log.warning("an SNS message came again while it is being handled; SNS is told to try later")
            raise UnderWay
        ended = partial(replay.end, self._replays, identifier, sent)
        event = as_lambda_gets_it(message, header(headers, "x-amz-sns-subscription-arn") or "")
        context = LambdaContext({}, self._function)
        return Delivery(event, context, partial(ended, done=True), partial(ended, done=False))

    async def _confirm(self, message: dict[str, Any]) -> bool:
        url = str(message.get("SubscribeURL"))
        if self._sandbox:
            given = urlsplit(url)
            if parse_qs(given.query).get("Action") != ["ConfirmSubscription"]:
                return False
            url = f"{self._sandbox.rstrip('/')}{given.path}?{given.query}"
        elif not sns_message.is_from_sns(url, message["TopicArn"]):
            return False
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._fetch, url)
        except ValueError:
            log.warning("SNS refused to confirm the subscription to %s", message["TopicArn"])
            return False
        except OSError as error:
            log.exception("the subscription to %s could not be confirmed", message["TopicArn"])
            raise Unverifiable from error
        log.info("the subscription to %s is confirmed", message["TopicArn"])
        return True


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the host was checked, the next one was not."""

    def redirect_request(self, *_arguments: object, **_keywords: object) -> None:
        """Refuse."""


def get(url: str) -> bytes:
    """Read a URL of at most 64 KB, TLS verified, no redirects followed; a server that is silent for five seconds fails.

    Raises:
        ValueError: The server has none for us.
        OSError: It could not be read.
    """
    direct = [urllib.request.ProxyHandler({})] if urlsplit(url).hostname in LOOPBACK else []
    opener = urllib.request.build_opener(_NoRedirect, *direct)
    try:
        with opener.open(url, timeout=5) as answer:
            content: bytes = answer.read(LARGEST_ANSWER)
            return content
    except urllib.error.HTTPError as error:
        if error.code >= SERVER_ERROR:
            raise
        msg = f"the server answered {error.code}"
        raise ValueError(msg) from error
    except http.client.HTTPException as error:
        msg = "the answer is not HTTP"
        raise OSError(msg) from error
