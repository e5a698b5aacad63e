"""``vmix-bridge keys`` and ``tokens``."""

from tests.bridges import Bridge
from tests.cli.commands import as_json, done, refused, run


async def test_show_prints_the_key_and_nothing_else(bridge: Bridge) -> None:
    assert await done(bridge, "keys", "show") == f"{bridge.studio_key}\n"
    assert await done(bridge, "keys", "show", "Main Stage") == f"{bridge.room_key('main-stage')}\n"
    shown = await as_json(bridge, "keys", "show", "main-stage")
    assert shown == {"slug": "main-stage", "key": bridge.room_key("main-stage"), "exists": False, "success": True}
    assert (await as_json(bridge, "keys", "show"))["slug"] == "*"


async def test_rotate_and_retire_say_on_stderr_what_is_valid(bridge: Bridge) -> None:
    first = bridge.room_key("main")
    rotated = await run(bridge, "keys", "rotate", "main")
    second = rotated.stdout.strip()
    assert rotated.exit_code == 0
    assert second == bridge.room_key("main") != first
    assert "retire" in rotated.stderr
    assert [(await bridge.get("/r", key=key)).status for key in (first, second)] == [200, 200]
    retired = await run(bridge, "keys", "retire", "main")
    assert retired.stdout == f"{second}\n"
    assert "valid" in retired.stderr
    assert [(await bridge.get("/r", key=key)).status for key in (first, second)] == [401, 200]


async def test_the_studio_key_rotates_too(bridge: Bridge) -> None:
    fresh = (await done(bridge, "keys", "rotate")).strip()
    assert fresh.startswith("sk_")
    assert fresh != bridge.studio_key


async def test_a_room_that_cannot_be_is_refused(bridge: Bridge) -> None:
    assert "bad_setting" in await refused(bridge, 1, "keys", "show", "!!!")


async def test_the_life_of_a_token(bridge: Bridge) -> None:
    made = await run(bridge, "tokens", "create", "Ann")
    token = made.stdout.strip()
    assert token.startswith("vbt_")
    assert "not shown again" in made.stderr
    assert token not in made.stderr
    assert (await bridge.get("/r", key=token)).status == 200
    listed = await as_json(bridge, "tokens", "list")
    assert [(user["name"], user["first"]) for user in listed] == [("first user", True), ("Ann", False)]
    table = await done(bridge, "tokens", "list")
    assert "Ann" in table
    assert "yes" in table
    assert token not in table
    user_id = listed[1]["user_id"]
    for slug in ("one", "two"):
        await bridge.get(f"/r/{slug}/create", key=token)
    said = await done(bridge, "tokens", "revoke", user_id)
    assert said == f"{user_id} is revoked; stopped and yours now, with other keys and links: one, two\n"
    assert (await bridge.get("/r", key=token)).status == 401
    assert "bad_request" in await refused(bridge, 1, "tokens", "revoke", user_id)
    assert "first" in await refused(bridge, 1, "tokens", "revoke", listed[0]["user_id"])


async def test_tokens_as_json(bridge: Bridge) -> None:
    made = await as_json(bridge, "tokens", "create", "Bob")
    assert made.keys() >= {"user_id", "name", "token", "success"}
    assert await as_json(bridge, "tokens", "revoke", made["user_id"]) == {"rooms": [], "success": True}


async def test_wrong_usage_is_2(bridge: Bridge) -> None:
    for words in (("tokens", "create"), ("tokens", "revoke"), ("keys", "burn"), ("keys", "show", "a", "b")):
        await refused(bridge, 2, *words)
