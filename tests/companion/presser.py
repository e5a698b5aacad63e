"""An imported page, pressed as Companion presses it: each action is sent, and what comes back goes into variables."""

import json
from typing import Any

from tests.bridges import Bridge
from tests.companion.reader import Deck, read


class Presser:
    """``deck`` on a running bridge."""

    def __init__(self, bridge: Bridge, deck: Deck) -> None:
        self.bridge, self.deck = bridge, deck

    async def press(self, place: tuple[int, int]) -> None:
        for action in self.deck.pressed(*place):
            await self.run(action)

    async def run(self, action: dict[str, Any]) -> None:
        custom = self.deck.custom
        if action["does"] == "custom_variable_set_value":
            custom[action["name"]] = action["value"]
            return
        headers = json.loads(action["header"])
        async with self.bridge.http.get(action["url"], headers=headers, allow_redirects=False) as response:
            assert action["jsonResultDataVariable"] in custom
            custom[action["jsonResultDataVariable"]] = await response.text()
            custom[action["statusCodeVariable"]] = response.status


async def imported(bridge: Bridge, path: str, key: str = "") -> Deck:
    answer = await bridge.get(path, key=key)
    assert answer.status == 200, answer.text
    return Deck(read(answer.text.encode()), {})
