"""Both doors, on Windows: to a rehearsal and to a real livekit-server, Linux's, since Wine cannot run Windows' own."""

import json
from collections.abc import Iterator

import pytest
from livekit import api

from tests.bridges import SECRETS
from tests.live.conftest import live_server, livekit_binary
from tests.live.server import LiveServer

from .pc import Pc
from .up import Up, up

__all__ = ["live_server", "livekit_binary"]


@pytest.fixture(scope="module")
def real(pc: Pc, live_server: LiveServer) -> Iterator[Up]:
    """A bridge whose settings Notepad wrote: CRLF lines behind a byte order mark."""
    SECRETS.add(live_server.api_secret)
    lines = ("[livekit]", f'url = "{live_server.url}"', f'api_key = "{live_server.api_key}"',
             f'api_secret = "{live_server.api_secret}"', "# für Köln", "")  # fmt: skip
    folder = pc.file(r"C:\Sendung Köln")
    folder.mkdir()
    (folder / "config.toml").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    with up(pc, r"C:\Sendung Köln", media="auto") as bridge:
        yield bridge


@pytest.mark.usefixtures("pc")  # by which its group is known
@pytest.mark.parametrize("kind", ["rehearsal", "real"])
def test_every_call_of_the_video_calls_api(request: pytest.FixtureRequest, kind: str) -> None:
    bridge: Up = request.getfixturevalue(kind)

    def ask(path: str, **body: object) -> object:
        status, answer = bridge.api(f"conferences/{path}", body, method="DELETE" if path == "remove" else "POST")
        assert status == 200, answer
        return answer

    room = ask("create", name="Große Bühne 東京", max_participants=7, active=False)
    assert isinstance(room, dict)
    assert (room["slug"], room["state"], room["name"]) == ("grosse-buhne-dong-jing", "stopped", "Große Bühne 東京")
    assert ask("getCount", filter={"name": "Große Bühne 東京"}) == {"count": 1}
    assert ask("getAll", sort={"created": 1}, limit=1) == [room]
    assert ask("start", id=room["id"]) == {"success": True}
    updated = ask("update", id=room["id"], max_participants=9)
    assert isinstance(updated, dict)
    assert (updated["max_participants"], updated["state"]) == (9, "ready")
    assert ask("getById", id=room["id"]) == updated
    _join(bridge, room["id"], kind)
    assert ask("stop", id=room["id"]) == {"success": True}
    assert ask("remove", id=room["id"]) == {"success": True}
    assert bridge.api("conferences/getById", {"id": room["id"]})[0] == 404


def _join(bridge: Up, room: str, kind: str) -> None:
    """The two steps before joining."""
    status, found = bridge.api("conferences-public/findLKRoomNameById", {"id": room})
    assert status == 200, found
    body = {"room_id": room, "LKRoomName": found["LKRoomName"], "participant_id": "anna"}
    status, made = bridge.api("conferences-public/createToken", body)
    if kind == "rehearsal":
        assert (status, made["error"]) == (409, "rehearsal")
    else:
        assert status == 200, made
        assert made["participant_token"]


async def test_a_press_reaches_the_real_server(real: Up, live_server: LiveServer) -> None:
    assert "server=livekit created=1" in real.press("win-stage/create", chat="0")
    async with live_server.api() as livekit:
        room = json.loads(real.get("/r/win-stage.json")[1])
        call = real.api("conferences-public/findLKRoomNameById", {"id": room["id"]})[1]["LKRoomName"]
        assert call in await calls(livekit)
        assert real.press("win-stage/stop").startswith("OK win-stage stopped ")
        assert call not in await calls(livekit)


async def calls(livekit: api.LiveKitAPI) -> set[str]:
    return {room.name for room in (await livekit.room.list_rooms(api.ListRoomsRequest())).rooms}


def test_every_press(rehearsal: Up) -> None:
    assert rehearsal.press("main/create", preset="webinar", max="9").startswith("OK main ready people=0 ")
    assert "changed=0" in rehearsal.press("main/start")
    assert rehearsal.press("main/state") == "ready"
    assert "changed=1" in rehearsal.press("main/set", screen="1")
    assert rehearsal.press("main/stop").startswith("OK main stopped ")
    assert " max=9 media=av webinar=1 chat=1 screen=1 " in rehearsal.press("main")
    assert "main" in rehearsal.press("")
