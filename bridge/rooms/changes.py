"""The one source of "something changed": buttons, pages and pushes hear of it here and look for themselves."""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

Listener = Callable[[str], None]
EVERY_ROOM = ""


class Changes:
    """``tell`` is called with a room's id, or ``EVERY_ROOM``, after what is seen of it changed."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` at each change from now on; answers what ends that. It must be quick."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def tell(self, room_id: str) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(room_id)
            except Exception:
                log.exception("a listener failed to take a change")
