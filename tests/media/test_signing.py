"""Signatures that are used more than once."""

import time

import aiohttp
import pytest
from livekit import api

from bridge.media import signing
from bridge.media.signing import Rooms
from tests.media.stub import SECRET

KEY = "APItest"


def room_of(header: dict[str, str]) -> str:
    """The room that a header lets its bearer ask about."""
    video = api.TokenVerifier(KEY, SECRET).verify(header["authorization"].removeprefix("Bearer ")).video
    assert video
    return str(video.room)


async def test_a_question_is_signed_once_a_minute_and_for_its_own_room_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    signed: list[api.AccessToken] = []
    real = api.AccessToken.to_jwt

    def to_jwt(token: api.AccessToken) -> str:
        signed.append(token)
        return real(token)

    monkeypatch.setattr(api.AccessToken, "to_jwt", to_jwt)
    async with aiohttp.ClientSession() as http:
        rooms = Rooms(http, "http://127.0.0.1:1", KEY, SECRET)

        def asked(room: str, *, admin: bool = True) -> str:
            return room_of(rooms._auth_header(api.VideoGrants(room=room, room_admin=admin, room_create=not admin)))

        for _ in range(3):
            assert asked("a") == "a"
            assert asked("b") == "b"
            assert asked("b", admin=False) == "b"
        assert len(signed) == 3
        now[0] += signing.SECONDS
        assert asked("a") == "a"
        assert len(signed) == 4
