"""Browsers at our own pages: each made up a secret for itself, and is known by what that and the bridge's own make."""

from bridge.access.derived import derive
from bridge.rooms import scenes
from bridge.rooms.lobby import PAGE


class Browsers:
    """``secret`` is 32 random bytes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def identity(self, room_id: str, browser: str) -> str:
        """The same after a reload, another one in each room, and nobody's who does not hold the browser's secret."""
        return f"{PAGE}:{derive(self._secret, PAGE, room_id, browser)}"

    def scene(self, room_id: str, browser: str, page: str) -> str:
        """That of a scene: vMix opens many in one browser, so each page has its own, which a reload does not change."""
        return scenes.PAGE + derive(self._secret, "scene", room_id, browser, page)
