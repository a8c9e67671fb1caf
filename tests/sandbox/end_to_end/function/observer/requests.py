"""Answers every request below `/seen` with what the application saw of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from observer import facts

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

router = APIRouter(include_in_schema=False)


@router.api_route("/seen", methods=METHODS)
@router.api_route("/seen/{_path:path}", methods=METHODS)
async def seen(request: Request) -> dict[str, Any]:
    """Tell what came."""
    return await facts.of_request(request)
