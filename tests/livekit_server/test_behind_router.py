"""A public address in ``[local] advertise``: guests get in by it, and the vMix beside the server by the LAN's."""

import asyncio
from pathlib import Path

import pytest

from bridge.livekit_server.stun import answer, answering
from tests.live.separate import LAN, OUTSIDE, SECOND_LAN, on_the_pc

QUESTION = bytes.fromhex("000100002112a442") + b"twelve bytes"


@pytest.mark.parametrize("stun", ["yes", "no"])
async def test_guests_outside_and_everybody_in_the_house_get_an_address_that_reaches(
    livekit_binary: Path, tmp_path: Path, stun: str
) -> None:
    """Without internet, and without anybody but the bridge to say how this machine is called outside."""
    found = await on_the_pc("tests.livekit_server.on_the_pc", livekit_binary, tmp_path, stun)
    assert found["lan"] == LAN
    assert found["offered"] == sorted(
        f"{kind} {address} {port}"
        for kind, port in (("udp", 7882), ("tcp", 7881))
        for address in (LAN, SECOND_LAN, OUTSIDE)
    )
    assert found["guest"] == "connected"


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
