"""API tokens, room and studio keys: what each opens, rotation and retiring, and that wrong ones are limited alone."""

import asyncio
import re
import stat
import sys
from pathlib import Path

import pytest

from bridge.web.guard.limits import Limits
from tests.bridges import Bridge, bridge_on
from tests.store.disk import Disk
from tests.web.shapes import assert_failure


async def key(bridge: Bridge, verb: str, slug: str = "*") -> str:
    answer = await bridge.api(f"keys/{verb}", {} if slug == "*" else {"slug": slug})
    assert answer.status == 200, answer.text
    assert (answer.json["slug"], answer.json["success"]) == (slug, True)
    return str(answer.json["key"])


async def opens(bridge: Bridge, key: str, path: str = "/r/main/state") -> bool:
    return (await bridge.get(path, key=key)).status == 200


async def user(bridge: Bridge, name: str = "somebody else") -> tuple[str, str]:
    made = (await bridge.api("tokens/create", {"name": name})).json
    return made["user_id"], made["token"]


async def test_a_room_key_opens_one_slug_creating_it_included(bridge: Bridge) -> None:
    own = await key(bridge, "show", "main")
    assert re.fullmatch("rk_main_[a-z2-7]{32}", own)
    for path in ("create", "start", "set?max=3", "state", "stop", "scripts"):
        assert (await bridge.get(f"/r/main/{path}", key=own)).status == 200, path
    await bridge.get("/r/other/create")
    for path in ("other", "other/create", "other/start", "other/stop", "new/create", "main-stage/create"):
        assert_failure(await bridge.get(f"/r/{path}", key=own), "key_scope", format="text")
    assert [line.split()[1] for line in (await bridge.get("/r", key=own)).text.splitlines()] == ["main"]
    assert (await bridge.get("/r", key=await key(bridge, "show", "new"))).text == ""


async def test_a_studio_key_opens_every_room_of_one_user_and_nothing_of_the_api(bridge: Bridge) -> None:
    studio = await key(bridge, "show")
    assert re.fullmatch("sk_[a-z2-7]{32}", studio)
    _, token = await user(bridge)
    await bridge.get("/r/theirs/create", key=token)
    for slug in ("main", "other"):
        assert (await bridge.get(f"/r/{slug}/create", key=studio)).status == 200
    assert (await bridge.get("/r", key=studio)).text.count("\n") == 2
    assert_failure(await bridge.get("/r/theirs/start", key=studio), "room_not_found", format="text")
    for path in ("conferences/getAll", "keys/show", "tokens/list"):
        assert_failure(await bridge.api(path, {}, token=studio), "key_scope")


async def test_an_api_token_opens_the_short_routes_by_header_alone(bridge: Bridge) -> None:
    assert (await bridge.get("/r/main/create", key=bridge.token)).status == 200
    headers = {"x-access-token": bridge.token}
    assert (await bridge.get("/r/main/state", key=None, headers=headers)).text == "ready\n"
    answer = await bridge.get(f"/r/main/stop?key={bridge.token}", key=None)
    assert_failure(answer, "key_scope", "x-access-token", format="text")
    assert bridge.token not in answer.text
    assert (await bridge.get("/r/main/state")).text == "ready\n"


async def test_keys_go_into_a_url_too(bridge: Bridge) -> None:
    assert (await bridge.get(f"/r/main/create?key={bridge.room_key('main')}", key=None)).status == 200
    assert (await bridge.get(f"/r?key={bridge.studio_key}", key=None)).status == 200
    assert_failure(await bridge.get("/r?key=", key=None), "key_missing", format="text")
    assert_failure(await bridge.get("/r?key=sk_no", key=None), "key_wrong", format="text")


@pytest.mark.parametrize("slug", ["*", "main"])
async def test_rotation_leaves_one_older_key_until_it_is_retired(bridge: Bridge, slug: str) -> None:
    await bridge.get("/r/main/create")
    first = await key(bridge, "show", slug)
    second = await key(bridge, "rotate", slug)
    assert second != first
    assert await key(bridge, "show", slug) == second
    assert await opens(bridge, first)
    assert await opens(bridge, second)
    third = await key(bridge, "rotate", slug)
    assert [await opens(bridge, one) for one in (first, second, third)] == [False, True, True]
    assert await key(bridge, "retire", slug) == third
    assert [await opens(bridge, one) for one in (first, second, third)] == [False, False, True]
    assert await key(bridge, "retire", slug) == third
    assert await opens(bridge, third)


async def test_a_retire_while_a_rotate_is_being_written_is_not_undone(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, disk = await key(bridge, "show"), Disk(monkeypatch)
    disk.hold()
    rotating = asyncio.create_task(key(bridge, "rotate"))
    await asyncio.to_thread(disk.reached.wait, 10)
    retiring = asyncio.create_task(key(bridge, "retire"))
    await asyncio.sleep(0.1)
    disk.release()
    assert await rotating == await retiring != first
    assert_failure(await bridge.get("/r", key=first), "key_wrong", format="text")


async def test_rotating_one_key_leaves_the_others(bridge: Bridge) -> None:
    await bridge.get("/r/main/create")
    studio, other = bridge.studio_key, bridge.room_key("other")
    await key(bridge, "rotate", "main")
    await key(bridge, "retire", "main")
    assert await opens(bridge, studio)
    assert await opens(bridge, other, "/r")


async def test_generations_outlive_a_restart_and_the_room(tmp_path: Path) -> None:
    async with bridge_on(tmp_path) as bridge:
        await bridge.get("/r/main/create")
        first = bridge.room_key("main")
        await key(bridge, "rotate", "main")
        second = await key(bridge, "retire", "main")
        (before,) = bridge.running.parts.store.all()
        codes = list(bridge.running.parts.links.codes(before))
        room = (await bridge.get("/r/main.json")).json
        await bridge.api("conferences/remove", {"id": room["id"]}, method="DELETE")
    async with bridge_on(tmp_path) as bridge:
        made = await bridge.get("/r/main/create.json", key=second)
        assert made.json["changed"] is True
        assert made.json["id"] != room["id"]
        (again,) = bridge.running.parts.store.all()
        assert list(bridge.running.parts.links.codes(again)) == codes
        assert not await opens(bridge, first)


async def test_the_store_holds_no_key_and_no_token(tmp_path: Path) -> None:
    async with bridge_on(tmp_path) as bridge:
        await bridge.get("/r/main/create")
        await key(bridge, "rotate", "main")
        _, token = await user(bridge)
        secrets = [bridge.token, token, bridge.studio_key, bridge.room_key("main")]
        (room,) = bridge.running.parts.store.all()
        secrets += list(bridge.running.parts.links.codes(room))
    text = (tmp_path / "store.json").read_text()
    assert not [secret for secret in secrets if secret in text]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the folder to its user by other means")
async def test_token_and_secret_are_for_their_owner_alone(bridge: Bridge) -> None:
    for name in ("token", "secret", "store.json", "service.json"):
        assert stat.S_IMODE((bridge.data / name).stat().st_mode) & 0o077 == 0, name
    assert stat.S_IMODE(bridge.data.stat().st_mode) & 0o077 == 0


async def test_a_token_file_that_is_gone_is_renewed_and_the_old_token_wrong(tmp_path: Path) -> None:
    async with bridge_on(tmp_path) as bridge:
        old, owner = bridge.token, bridge.owner
    (tmp_path / "token").unlink()
    async with bridge_on(tmp_path) as bridge:
        assert bridge.owner == owner
        assert bridge.token != old
        assert_failure(await bridge.api("conferences/getAll", {}, token=old), "key_wrong")


async def test_only_the_first_user_manages_tokens(bridge: Bridge) -> None:
    other_id, token = await user(bridge, "Ann")
    assert re.fullmatch(r"vbt_[\w-]{43}", token)
    for path, body in (("create", {"name": "x"}), ("list", {}), ("revoke", {"user_id": other_id})):
        assert_failure(await bridge.api(f"tokens/{path}", body, token=token), "key_scope", "first")
    listed = (await bridge.api("tokens/list", {})).json
    assert [(one["name"], one["first"]) for one in listed] == [("first user", True), ("Ann", False)]
    assert token not in str(listed)


async def test_a_revoked_user_is_out_and_the_rooms_are_stopped_and_the_first_users(bridge: Bridge) -> None:
    other_id, token = await user(bridge)
    await bridge.get("/r/theirs/create", key=token)
    studio = (await bridge.api("keys/show", {}, token=token)).json["key"]
    room_key = (await bridge.api("keys/show", {"slug": "theirs"}, token=token)).json["key"]
    assert await opens(bridge, room_key, "/r/theirs")
    assert (await bridge.api("tokens/revoke", {"user_id": other_id})).json == {
        "rooms": ["theirs"],
        "success": True,
    }
    for wrong in (token, studio, room_key):
        assert_failure(await bridge.get("/r/theirs/start", key=wrong), "key_wrong", format="text")
    assert (await bridge.get("/r/theirs/state")).text == "stopped\n"
    assert (await bridge.get("/r/theirs/start", key=bridge.room_key("theirs"))).text.startswith("OK theirs ready")
    assert_failure(await bridge.api("tokens/revoke", {"user_id": other_id}), "bad_request", "user_id")
    assert_failure(await bridge.api("tokens/revoke", {"user_id": bridge.owner}), "bad_request", "first")


@pytest.mark.parametrize(
    "wrong", ["x", "rk_", "sk_", "rk_main_", "rk__x", "rk_*_x", "vbt_", "ключ", "rk_" + "a" * 5000]
)
async def test_a_key_that_is_none_is_wrong_and_never_repeated(bridge: Bridge, wrong: str) -> None:
    for answer in (
        await bridge.get("/r", key=wrong),
        await bridge.get("/r", key=None, params={"key": wrong}),
        await bridge.get("/r", key=None, headers={"x-access-token": wrong}),
    ):
        assert_failure(answer, "key_wrong", format="text")
        assert len(wrong) < 4 or wrong not in answer.text


async def test_a_changed_key_is_wrong(bridge: Bridge) -> None:
    own = bridge.room_key("main")
    _, _, mac = own.rpartition("_")
    for forged in (own[:-1], own + "a", own.upper(), own.replace("main", "other"), f"sk_{mac}", f"rk_*_{mac}", mac):
        assert_failure(await bridge.get("/r", key=forged), "key_wrong", format="text")


async def test_wrong_keys_are_limited_without_limiting_a_valid_one(bridge: Bridge) -> None:
    answers = [await bridge.get("/r", key=f"sk_{number}") for number in range(60)]
    statuses = [answer.status for answer in answers]
    assert statuses == [401] * 20 + [429] * 40
    assert_failure(answers[-1], "too_many_requests", format="text")
    for good in (bridge.studio_key, bridge.token, bridge.room_key("main")):
        assert (await bridge.get("/r", key=good)).status == 200
    assert (await bridge.api("conferences/getAll", {})).status == 200
    assert_failure(await bridge.api("conferences/getAll", {}, token="vbt_x"), "too_many_requests")


async def test_rooms_of_users_who_are_gone_already_are_the_first_users_at_the_next_start(tmp_path: Path) -> None:
    """What revoking left behind in earlier versions."""
    async with bridge_on(tmp_path) as bridge:
        other_id, token = await user(bridge)
        await bridge.get("/r/theirs/create", key=token)
        await bridge.running.store.hand_over(other_id, bridge.owner, (), ())
    async with bridge_on(tmp_path) as bridge:
        assert (await bridge.get("/r/theirs/state")).text == "stopped\n"
        assert (await bridge.get("/r/theirs/start")).status == 200


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("garbage", "", True),
        ("garbage", "10.0.0.1", False),
    ],
)
def test_addresses_are_counted_by_host_and_ipv6_by_network(one: str, other: str, together: bool) -> None:
    def wrong(limits: Limits, address: str) -> bool:
        try:
            limits.wrong_key(address)
        except Exception as error:
            return type(error).__name__ != "TooManyRequests"
        return True

    limits = Limits()
    assert [wrong(limits, one) for _ in range(21)] == [True] * 20 + [False]
    assert wrong(limits, other) is not together


async def test_a_view_key_reads_and_presses_nothing(bridge: Bridge) -> None:
    await bridge.get("/r/main/create")
    await bridge.get("/r/other/create")
    view = (await bridge.api("keys/show", {"slug": "main", "view": True})).json["key"]
    assert re.fullmatch("vk_main_[a-z2-7]{32}", view)
    for path in ("/r", "/r/main", "/r/main/state"):
        assert await opens(bridge, view, path), path
    for path in ("create", "start", "stop", "set?max=3", "scripts", "scripts/start.vb", "scripts.zip"):
        answer = await bridge.get(f"/r/main/{path}", key=view)
        assert (answer.status, answer.text.split()[1]) == (403, "key_scope"), path
    assert_failure(await bridge.get("/r/other/state", key=view), "key_scope", format="text")
    assert_failure(await bridge.api("conferences/getAll", {}, token=view), "key_scope")


async def test_the_view_key_of_the_studio_reads_every_room(bridge: Bridge) -> None:
    for slug in ("main", "other"):
        await bridge.get(f"/r/{slug}/create")
    view = (await bridge.api("keys/show", {"view": True})).json["key"]
    assert re.fullmatch("vk_[a-z2-7]{32}", view)
    assert (await bridge.get("/r", key=view)).text.count("\n") == 2
    assert_failure(await bridge.get("/r/main/stop", key=view), "key_scope", format="text")


async def test_view_keys_rotate_by_themselves(bridge: Bridge) -> None:
    await bridge.get("/r/main/create")
    first = (await bridge.api("keys/show", {"slug": "main", "view": True})).json["key"]
    own = await key(bridge, "show", "main")
    second = (await bridge.api("keys/rotate", {"slug": "main", "view": True})).json["key"]
    assert [await opens(bridge, one) for one in (first, second, own)] == [True, True, True]
    await bridge.api("keys/retire", {"slug": "main", "view": True})
    assert [await opens(bridge, one) for one in (first, second, own)] == [False, True, True]
