"""People come in by the join page, and see and hear each other."""

import re

import pytest
from livekit import api
from playwright.async_api import expect

from tests.live.participant import Participant
from tests.live.server import LiveServer
from tests.pages.conftest import NewPerson
from tests.pages.standin import House, StandIn


async def test_two_people_see_and_hear_each_other(house: House, someone: NewPerson) -> None:
    anna, ben = await someone(), await someone()
    await anna.join(house.url("speaker"), "Anna")
    await ben.join(house.url("speaker"), "Ben")
    for me, other in ((anna, "Ben"), (ben, "Anna")):
        await me.is_inside()
        await me.sees(other)
        await me.hears()


async def test_the_bridge_knows_how_a_page_is_doing(house: House, standin: StandIn, someone: NewPerson) -> None:
    anna = await someone()
    await anna.join(house.url("seat-guest1"), "Anna")
    said = await standin.hears("report", inside=True, mic=True, camera=True, screen=False)
    assert said["identity"].startswith("seat-guest1:")
    await anna.press("Mute")
    await standin.hears("report", mic=False, camera=True)
    await anna.press("Leave")
    await anna.press("Leave")
    await standin.hears("report", inside=False, identity="", mic=False, camera=False)
    await anna.reads("You left the room.")


async def test_a_guest_sees_and_hears_and_sends_nothing(house: House, standin: StandIn, someone: NewPerson) -> None:
    anna, guest = await someone(), await someone(may=())
    await anna.join(house.url("speaker"), "Anna")
    await guest.join(house.url("guest"), "Ben", "Watch")
    await guest.is_inside()
    await guest.sees("Anna")
    await guest.hears()
    for name in ("Mute", "Unmute", "Stop camera", "Start camera", "Share the screen", "Settings"):
        await guest.has_no(name)
    await expect(anna.page.get_by_role("listitem", name="Ben")).to_have_count(0)


async def test_a_room_for_sound_asks_for_no_camera(house: House, standin: StandIn, someone: NewPerson) -> None:
    standin.room["media"] = "audio"
    anna = await someone(may=("microphone",))
    await anna.open(house.url("speaker"))
    await expect(anna.page.get_by_label("Microphone")).to_be_visible()
    await expect(anna.page.get_by_label("Camera")).to_have_count(0)
    await anna.page.get_by_label("Your name").fill("Anna")
    await anna.press("Join")
    await standin.hears("report", inside=True, mic=True, camera=False)
    await anna.has_no("Start camera")


async def test_who_is_denied_camera_and_microphone_reads_why_and_may_join(
    house: House, standin: StandIn, someone: NewPerson
) -> None:
    anna = await someone(may=())
    await anna.join(house.url("speaker"), "Anna")
    await anna.reads("Your browser keeps the camera and microphone from us.")
    await standin.hears("report", inside=True, mic=False, camera=False)
    await anna.press("Unmute")
    await anna.reads("Your browser keeps the camera and microphone from us.")
    await anna.context.grant_permissions(["camera", "microphone"])
    await anna.press("Try again")
    await standin.hears("report", mic=True, camera=True)


async def test_chat_goes_both_ways_and_to_other_clients(
    house: House, standin: StandIn, live_server: LiveServer, someone: NewPerson
) -> None:
    anna, ben = await someone(), await someone()
    await anna.join(house.url("speaker"), "Anna")
    await ben.join(house.url("guest"), "Ben", "Watch")
    for me, text in ((ben, "Can you see me?"), (anna, "No, but https://a.example/x?")):
        await me.press("Chat" if me is ben else "Chat, 1 new")
        await me.page.get_by_label("Your words").fill(text)
        await me.press("Send")
    for me in (anna, ben):
        await me.reads("Can you see me?")
        await expect(me.page.locator("#lines li").filter(has_text="Can you see me?")).to_contain_text(
            "You" if me is ben else "Ben"
        )
        await expect(me.page.get_by_role("link", name="https://a.example/x")).to_be_visible()


async def test_there_is_no_chat_where_the_room_has_none(house: House, standin: StandIn, someone: NewPerson) -> None:
    standin.room["chat"] = False
    anna = await someone()
    await anna.join(house.url("speaker"), "Anna")
    await anna.has("Mute")
    await anna.has_no("Chat")


async def test_devices_are_changed_at_the_door_and_inside(house: House, standin: StandIn, someone: NewPerson) -> None:
    anna = await someone()
    await anna.open(house.url("speaker"))
    camera = anna.page.get_by_role("combobox", name="Camera")
    await camera.select_option("No camera")
    await anna.page.get_by_label("Your name").fill("Anna")
    await anna.press("Join")
    await standin.hears("report", inside=True, mic=True, camera=False)
    await anna.press("Start camera")
    await standin.hears("report", camera=True)
    await anna.press("Settings")
    await camera.select_option("fake_device_1")
    await anna.page.get_by_label("Studio sound").check()
    await standin.hears("report", mic=True, camera=True)
    await expect(camera.locator("option:checked")).to_have_text("fake_device_1")


async def test_who_joins_in_another_window_is_told_in_the_first(house: House, someone: NewPerson) -> None:
    anna = await someone()
    await anna.join(house.url("seat-guest1"), "Anna")
    await anna.is_inside()
    second = await anna.another_window()
    await second.open(house.url("seat-guest1"))
    await second.press("Join")
    await second.is_inside()
    await anna.reads("You joined from another window.")


async def test_a_page_is_the_same_after_a_reload_and_another_in_a_second_window(
    house: House, standin: StandIn, someone: NewPerson
) -> None:
    anna = await someone()
    await anna.open(house.url("speaker"))
    await anna.has("Join")
    first = await standin.hears("hello")
    await anna.page.reload()
    await anna.has("Join")
    assert await standin.hears("hello") == first
    second = await anna.another_window()
    await second.open(house.url("speaker"))
    await second.has("Join")
    other = await standin.hears("hello")
    assert other["secret"] == first["secret"]
    assert other["page"] != first["page"]


@pytest.mark.parametrize("word", ["admitted", "refused"])
async def test_in_the_lobby_nothing_is_sent_until_the_studio_says_so(
    house: House, standin: StandIn, someone: NewPerson, word: str
) -> None:
    standin.refusal = "not_admitted"
    anna = await someone()
    await anna.join(house.url("speaker"), "Anna")
    await anna.reads("You are next.")
    assert (await standin.hears("knock"))["name"] == "Anna"
    standin.refusal = ""
    await standin.tell(word)
    if word == "admitted":
        await standin.hears("report", inside=True, mic=True, camera=True)
    else:
        await anna.reads("The studio did not let you in.")


async def test_the_studio_asks_mutes_and_writes(
    house: House, standin: StandIn, live_server: LiveServer, someone: NewPerson
) -> None:
    anna = await someone()
    await anna.join(house.url("speaker"), "Anna")
    said = await standin.hears("report", inside=True, mic=True)
    async with live_server.api() as client:
        who = api.RoomParticipantIdentity(room=standin.call, identity=said["identity"])
        tracks = (await client.room.get_participant(who)).tracks
        (microphone,) = [track.sid for track in tracks if track.source == api.TrackSource.MICROPHONE]
        mute = api.MuteRoomTrackRequest(room=who.room, identity=who.identity, track_sid=microphone, muted=True)
        await client.room.mute_published_track(mute)
    await standin.tell("muted")
    await standin.hears("report", mic=False, camera=True)
    await anna.reads("You may unmute when it is your turn.")
    await standin.tell("asked")
    await anna.page.get_by_role("main").get_by_role("button", name="Unmute").first.click()
    await standin.hears("report", mic=True)
    await standin.tell("said", text="Two minutes.")
    await anna.reads("Two minutes.")
    await anna.press("Read")
    await expect(anna.page.get_by_text("Two minutes.")).to_have_count(0)


async def test_what_is_taken_away_is_on_again_when_it_is_given_back(
    house: House, standin: StandIn, live_server: LiveServer, someone: NewPerson
) -> None:
    anna = await someone()
    await anna.join(house.url("speaker"), "Anna")
    said = await standin.hears("report", inside=True, mic=True, camera=True)
    async with live_server.api() as client:
        for sources in ([api.TrackSource.CAMERA], [api.TrackSource.CAMERA, api.TrackSource.MICROPHONE]):
            permission = api.ParticipantPermission(
                can_subscribe=True,
                can_publish=True,
                can_publish_data=True,
                can_publish_sources=sources,
            )
            update = api.UpdateParticipantRequest(room=standin.call, identity=said["identity"], permission=permission)
            await client.room.update_participant(update)
            await standin.hears("report", mic=len(sources) == 2, camera=True)


async def test_who_was_put_out_does_not_come_back_alone(
    house: House, standin: StandIn, live_server: LiveServer, someone: NewPerson
) -> None:
    anna = await someone()
    await anna.join(house.url("speaker"), "Anna")
    said = await standin.hears("report", inside=True)
    async with live_server.api() as client:
        await client.room.remove_participant(api.RoomParticipantIdentity(room=standin.call, identity=said["identity"]))
    await anna.reads("The studio ended your visit.")
    await standin.hears("report", inside=False)


async def test_another_client_is_seen_and_what_it_writes_is_read(
    house: House, standin: StandIn, live_server: LiveServer, someone: NewPerson
) -> None:
    anna = await someone()
    await anna.join(house.url("speaker"), "Anna")
    await anna.is_inside()
    async with Participant(live_server.url, live_server.token("Other client", standin.call)) as other:
        await other.expect("connected")
        assert await other.publish("camera")
        await anna.sees("Other client")
        assert await other.publish("screen")
        await expect(anna.page.get_by_label("Other client's screen")).to_be_visible()


async def test_on_plain_http_one_is_told_why_there_is_no_camera_and_takes_part_without(
    house: House, standin: StandIn, someone: NewPerson
) -> None:
    standin.room["secure_url"] = "https://studio.test/j/speaker"
    anna, ben = await someone(), await someone()
    await ben.join(house.url("speaker"), "Ben")
    await anna.open(house.url("speaker", "studio.test"))
    await anna.reads("Your browser gives cameras only to secure pages.")
    await expect(anna.page.get_by_role("link", name="https://studio.test/j/speaker")).to_be_visible()
    await anna.page.get_by_label("Your name").fill("Anna")
    await anna.press("Join")
    await anna.sees("Ben")
    await anna.press("Chat")
    await anna.page.get_by_label("Your words").fill("I cannot be seen.")
    await anna.press("Send")
    await ben.has("Chat, 1 new")


ASKED_LINES = "(video) => JSON.stringify(video.srcObject.getVideoTracks()[0].getConstraints().height)"


@pytest.mark.parametrize(("query", "lines"), [("", "720"), ("?quality=1080", "1080")])
async def test_a_link_may_ask_for_1080_lines(house: House, someone: NewPerson, query: str, lines: str) -> None:
    """It is asked for; the made-up camera has 720."""
    anna = await someone()
    await anna.open(house.url("speaker") + query)
    video = anna.page.get_by_label("How you look")
    await expect(video).to_be_visible()
    assert lines in await video.evaluate(ASKED_LINES)


UNPLUGGED = """(kind) => {
  const all = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
  const inUse = [...document.querySelectorAll("select")].map((select) => select.value);
  navigator.mediaDevices.enumerateDevices = async () =>
    (await all()).filter((device) => device.kind !== kind || !inUse.includes(device.deviceId));
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
}"""


async def test_a_camera_that_is_unplugged_is_named_and_another_one_used(house: House, someone: NewPerson) -> None:
    anna = await someone()
    await anna.join(house.url("speaker"), "Anna")
    await anna.press("Settings")
    await expect(anna.page.get_by_role("combobox", name="Camera")).to_have_value(re.compile("."))
    await anna.page.evaluate(UNPLUGGED, "videoinput")
    await anna.reads("Your camera was unplugged.")
    await anna.reads("We use “fake_device_1” now.")


MISSING = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
globalThis.plugged = false;
navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (!globalThis.plugged) throw new DOMException("", "NotFoundError");
  return ask(wanted);
};
"""


async def test_a_camera_that_is_plugged_in_appears_by_itself(house: House, someone: NewPerson) -> None:
    anna = await someone()
    await anna.page.add_init_script(MISSING)
    await anna.open(house.url("speaker"))
    await anna.reads("No camera and no microphone was found.")
    await anna.page.evaluate("plugged = true; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    await expect(anna.page.get_by_label("How you look")).to_be_visible()
    await expect(anna.page.get_by_text("No camera and no microphone was found.")).to_have_count(0)
