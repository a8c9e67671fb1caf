"""Tells the answers that a load balancer gives itself from those of the service behind it.

An Application Load Balancer answers 503 where a target group has no target, 502 where the target broke off and 504
where it was too slow (Elastic Load Balancing user guide, "Troubleshoot your Application Load Balancers"). Only the
first is sure: nobody had the request.
"""

from __future__ import annotations

from .headers import RESERVED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .message import Answer

_STATUSES = (502, 503, 504)
_NO_TARGET = 503
_NAME = "awselb/"
_REFUSED = RESERVED + "refused"
_LONGEST_REASON = 20
# all that it writes; the service's door marks each of its answers, and whoever adds a header of its own had the request
_ITS_HEADERS = frozenset(("server", "date", "content-type", "content-length", "connection"))


def answered(answer: Answer) -> bool:
    """Return whether the load balancer answered in place of the service."""
    if answer.status not in _STATUSES or not _ITS_HEADERS.issuperset(answer.named):
        return False
    servers = [value for name, value in answer.headers if name == "server"]
    return bool(servers) and all(value.lower().startswith(_NAME) for value in servers)


def had_no_target(answer: Answer) -> bool:
    """Return whether the load balancer had nobody to give the request to, so that it may be answered elsewhere."""
    return answer.status == _NO_TARGET and answered(answer)


def refusal(answer: Answer) -> str | None:
    """Return why the service's door refused the proxy, in its one word; none if it did not."""
    reason = answer.named.get(_REFUSED)
    if reason is None:
        return None
    return reason if reason.isalpha() and len(reason) <= _LONGEST_REASON else "unknown"


def marked(answer: Answer) -> bool:
    """Return whether the service's door marked an answer as one that passed through it."""
    return any(name.startswith(RESERVED) for name in answer.named)
