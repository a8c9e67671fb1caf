"""What can go wrong between the proxy and the service.

For HTTP requests a failure becomes an answer with its `status`; for other events it is raised, and the class name is
the `errorType` that Lambda, Step Functions and destinations see.
"""

from __future__ import annotations


class BadRequestError(Exception):
    """The event holds something that no HTTP request can express."""


class ServiceFailure(Exception):  # callers of the function see this name as the error type
    """The service gave no usable answer.

    Attributes:
        status: What a caller over HTTP gets.
        code: One word for logs and the `x-lambda-proxy-error` header.
        sent: Whether any byte of the request may have reached the service.
        milliseconds: How long it took to fail.
    """

    status = 502
    code = "service-failure"
    milliseconds: float | None = None

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class ServiceUnreachable(ServiceFailure):
    """No connection: refused, name not resolved, TLS not trusted. Nothing was sent."""

    code = "unreachable"

    def __init__(self, message: str, *, sent: bool = False) -> None:
        super().__init__(message, sent=sent)


class ServiceWithoutTarget(ServiceFailure):
    """The load balancer in front of the service had nobody to give the request to."""

    code = "no-target"


class ServiceRefusedProxy(ServiceFailure):
    """The service does not believe the proxy: another key, a clock that is off, a front that changes requests."""

    code = "refused"


class ServiceTimeout(ServiceFailure):
    """The deadline passed before the answer was complete."""

    status = 504
    code = "timeout"


class ServiceConnectionLost(ServiceFailure):
    """The connection died after the request was on its way; the service may have acted on it."""

    code = "connection-lost"

    def __init__(self, message: str, *, answered: bool = False) -> None:
        super().__init__(message)
        self.answered = answered


class ServiceProtocolError(ServiceFailure):
    """The answer is not what HTTP or the contract allows."""

    code = "protocol"


class ServiceAnswerTooLarge(ServiceFailure):
    """The answer does not fit through what stands in front of the function."""

    code = "too-large"


class ServiceError(ServiceFailure):
    """The service answered a non-HTTP event with a failure."""

    code = "service-error"


class HandlerFailed(ServiceError):
    """The handler in the service raised. It is raised here under the name that it had there."""

    code = "handler-error"
