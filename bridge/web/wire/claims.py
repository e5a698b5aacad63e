"""What the join tokens of a signalling request say. They are only read here; the server is the one that checks them."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web


@dataclass(frozen=True, slots=True)
class Claims:
    """The LiveKit room a token opens, for whom, and its mint; empty where it does not say."""

    call: str
    identity: str
    mint: str


def claims_of(request: web.Request) -> list[Claims]:
    """Of every token a request brings: which of them counts is the server's to decide."""
    tokens = [
        *(header.rpartition(" ")[2] for header in request.headers.getall("Authorization", ())),
        *request.query.getall("access_token", ()),
    ]
    return [claims for token in tokens for claims in _read(token)]


def _read(token: str) -> Iterator[Claims]:
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        said: Any = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        grant, attributes = said.get("video") or {}, said.get("attributes") or {}
        yield Claims(str(grant.get("room", "")), str(said.get("sub", "")), str(attributes.get("mint", "")))
    except (binascii.Error, ValueError, AttributeError):
        return
