"""A public address in ``[local] advertise``: guests get in by it, and the vMix beside the server by the LAN's."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.livekit_server.stun import answer, answering
from tests.livekit_server.behind_router import LAN, OUTSIDE, SECOND_LAN, CannotSeparate, command
from tests.needs import Unavailable, packages

QUESTION = bytes.fromhex("000100002112a442") + b"twelve bytes"


async def behind_router(binary: Path, folder: Path, stun: str) -> dict[str, Any]:
    try:
        packages("iproute2")
        words = command("tests.livekit_server.behind_router", str(binary), str(folder), stun)
    except (CannotSeparate, Unavailable) as problem:
        pytest.skip(f"no network namespace here: {problem}")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, stdout=pipe, stderr=pipe)
    try:
        async with asyncio.timeout(120):
            said, trouble = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, trouble.decode()
    found: dict[str, Any] = json.loads(said)
    return found


@pytest.mark.parametrize("stun", ["stun", "none"])
async def test_guests_outside_and_a_vmix_in_the_house_get_an_address_that_reaches(
    livekit_binary: Path, tmp_path: Path, stun: str
) -> None:
    """And so do those in a second LAN; all of it without internet."""
    found = await behind_router(livekit_binary, tmp_path, stun)
    assert found["lan"] == LAN
    assert found["offered"] == sorted(
        f"{kind} {address} {port}"
        for kind, port in (("udp", 7882), ("tcp", 7881))
        for address in (LAN, SECOND_LAN, OUTSIDE)
    )


def test_an_answer_is_what_stun_calls_one() -> None:
    """The example of RFC 5769, section 2.2, without what is optional in it."""
    transaction = bytes.fromhex("b7e7a701bc34d686fa87dfae")
    said = answer(bytes.fromhex("000100002112a442") + transaction, "192.0.2.1", 32853)
    assert said == bytes.fromhex("0101000c2112a442") + transaction + bytes.fromhex("002000080001a147e112a643")


@pytest.mark.parametrize("question", [b"", QUESTION[:-1], b"\x01\x01" + QUESTION[2:], b"\0" * 1400])
def test_what_is_no_question_gets_no_answer(question: bytes) -> None:
    assert answer(question, OUTSIDE, 7882) == b""


@pytest.mark.parametrize(("asks", "told"), [("127.0.0.1", OUTSIDE), ("127.0.0.2", "127.0.0.2")])
async def test_one_address_is_told_of_the_router_and_each_other_is_itself(asks: str, told: str) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    class Asking(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            heard.put_nowait(data)

    async with answering("127.0.0.1", OUTSIDE) as where, asyncio.timeout(20):
        host, port = where.split(":")
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Asking, local_addr=(asks, 0))
        transport.sendto(b"no question", (host, int(port)))
        transport.sendto(QUESTION, (host, int(port)))
        assert await heard.get() == answer(QUESTION, told, transport.get_extra_info("sockname")[1])
        transport.close()
