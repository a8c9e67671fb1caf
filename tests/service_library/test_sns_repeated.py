"""SNS messages that come again while they are handled, or after."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from lambda_migrate_service.deliveries.endpoint import EVENTS_PATH, EventsEndpoint
from lambda_migrate_service.deliveries.replay import Replays
from lambda_migrate_service.deliveries.sns import Sns
from lambda_migrate_service.dispatch import Dispatcher

from tests.service_library.calling import Recorder, ask, http_scope

if TYPE_CHECKING:
    from pathlib import Path
from tests.service_library.sns_messages import FUNCTION, TOPIC, pem, signed_message


@dataclass
class Hosts:
    """Hosts of one service whose handler waits until it is told to go on."""

    doors: list[EventsEndpoint]
    fails: bool = False
    handled: list[str] = field(default_factory=list)
    begun: asyncio.Event = field(init=False)
    may_end: asyncio.Event = field(init=False)

    def wait(self) -> None:
        """Begin to wait; within the loop, to which Python 3.9 binds an event when it is made."""
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def handle(self, event: Any, _context: Any) -> None:
        self.handled.append(event["Records"][0]["Sns"]["MessageId"])
        self.begun.set()
        await self.may_end.wait()
        if self.fails:
            raise ValueError("not now")


def hosts_of(*memories: Any) -> Hosts:
    hosts = Hosts([])
    dispatcher = Dispatcher(hosts.handle, workers=1, handlers={})
    for memory in memories:
        sns = Sns((TOPIC,), FUNCTION, memory, fetch=lambda _url: pem())
        hosts.doors.append(EventsEndpoint(Recorder(), [sns], dispatcher))
    return hosts


def sent_while_it_runs(hosts: Hosts) -> tuple[int, ...]:
    """Deliver a message, deliver it again to each host while it is handled, and once more when that has ended."""
    body = json.dumps(signed_message()).encode()
    headers = {"x-amz-sns-message-type": "Notification"}

    async def deliver(door: EventsEndpoint) -> int:
        return (await ask(door, http_scope("POST", EVENTS_PATH, headers), body)).status

    async def story() -> tuple[int, ...]:
        hosts.wait()
        first = asyncio.ensure_future(deliver(hosts.doors[0]))
        await hosts.begun.wait()
        meanwhile = [await deliver(door) for door in hosts.doors]
        hosts.may_end.set()
        return (*meanwhile, await first, await deliver(hosts.doors[-1]))

    return asyncio.run(story())


@pytest.mark.parametrize(("fails", "ends"), [(False, (200, 200)), (True, (500, 500))])
def test_a_message_that_comes_again_while_it_is_handled_is_put_off(
    tmp_path: Path, fails: bool, ends: tuple[int, int]
) -> None:
    hosts = hosts_of(Replays(tmp_path, 3900.0), Replays(tmp_path, 3900.0))
    hosts.fails = fails

    assert sent_while_it_runs(hosts) == (503, 503, *ends)
    assert len(hosts.handled) == (2 if fails else 1)


def test_a_message_of_a_request_that_is_cut_off_may_come_again(tmp_path: Path) -> None:
    hosts = hosts_of(Replays(tmp_path, 3900.0))
    body = json.dumps(signed_message()).encode()
    scope = http_scope("POST", EVENTS_PATH, {"x-amz-sns-message-type": "Notification"})

    async def story() -> int:
        hosts.wait()
        first = asyncio.ensure_future(ask(hosts.doors[0], scope, body))
        await hosts.begun.wait()
        first.cancel()
        await asyncio.wait({first})
        hosts.may_end.set()
        return (await ask(hosts.doors[0], scope, body)).status

    assert asyncio.run(story()) == 200
    assert len(hosts.handled) == 2


def test_a_message_is_not_held_by_a_process_that_has_died(tmp_path: Path) -> None:
    sent = time.time()
    text = (
        "import os, pathlib, sys\n"
        "from lambda_migrate_service.deliveries.replay import Replays\n"
        "memory = Replays(pathlib.Path(sys.argv[1]), 3900.0)\n"
        "print(memory.begin('a', float(sys.argv[2]), 60.0), flush=True)\n"
        "sys.stdin.read()\n"
        "os._exit(1)\n"
    )
    memory = Replays(tmp_path, 3900.0)
    with subprocess.Popen(
        [sys.executable, "-c", text, str(tmp_path), repr(sent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "begun\n"
        assert memory.begin("a", sent, 60.0) == "running"
        other.communicate()

    assert memory.begin("a", sent, 60.0) == "begun"
