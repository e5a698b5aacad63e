"""Who has the floor: mute and ask to speak; block, allow, promote, demote; and a line to whoever it concerns.

What must last is noted with the call, as the person's own: it outlives restarts, rejoins and old tokens, and whoever
sits in the seat next inherits nothing. Muting is one action, and asking is a question.
"""

from collections.abc import Callable, Iterable

from bridge.errors import BadSetting
from bridge.rooms.countdown import Countdown
from bridge.rooms.grants import What
from bridge.rooms.messages import Kind, Messages
from bridge.rooms.model import Role, Room
from bridge.rooms.muting import Muting
from bridge.rooms.names import is_printable
from bridge.rooms.notes import Noted, Notes
from bridge.rooms.reconciler import Reconciler
from bridge.rooms.who import Who

LINE_LENGTH = 500


class Floor:
    """``who`` is as ``Who`` finds them. Answers whether it changed anything; raises ``Nobody`` and what presses do."""

    def __init__(self, who: Who, notes: Notes, reconciler: Reconciler, muting: Muting, messages: Messages) -> None:
        self._who, self._notes, self._reconciler = who, notes, reconciler
        self._muting, self._messages = muting, messages

    async def mute(self, room: Room, who: str, what: What = What.MIC) -> bool:
        """They are silent, or unseen, now, and may undo it."""
        people = {one.identity for one in self._who.found(room, who, self._who.inside(room))}
        muted = await self._muting.mute(room, people, what.sources, Countdown().left())
        if what in (What.MIC, What.ALL):
            self._messages.tell(room.id, room.call, muted, Kind.MUTED)
        return bool(muted)

    async def unmute(self, room: Room, who: str) -> bool:
        """Their pages ask them to speak: nobody opens somebody else's microphone."""
        people = self._who.found(room, who, self._who.inside(room))
        self._messages.tell(room.id, room.call, (one.identity for one in people), Kind.ASKED)
        return True

    async def say(self, room: Room, who: str, text: str) -> bool:
        """A line on their pages. Raises ``BadSetting`` also."""
        line = text.strip()
        if not line or len(line) > LINE_LENGTH or not is_printable(line):
            raise BadSetting("text cannot be shown", f"use 1 to {LINE_LENGTH} printable characters")
        people = self._who.found(room, who, [*self._who.inside(room), *self._who.waiting(room)])
        self._messages.tell(room.id, room.call, (one.identity or one.key for one in people), Kind.SAID, line)
        return True

    async def block(self, room: Room, who: str, what: What = What.MIC) -> bool:
        """They may not send that any more."""
        return await self._note(room, who, lambda noted, one: noted.blocked(one, what.sources))

    async def allow(self, room: Room, who: str, what: What = What.MIC) -> bool:
        """They may send it again; their pages go on with what was on before."""
        return await self._note(room, who, lambda noted, one: noted.allowed(one, what.sources))

    async def promote(self, room: Room, who: str) -> bool:
        """Who watches may speak."""
        return await self._make(room, who, Role.SPEAKER)

    async def demote(self, room: Room, who: str) -> bool:
        """Who speaks only watches."""
        return await self._make(room, who, Role.GUEST)

    async def _make(self, room: Room, who: str, role: Role) -> bool:
        people = self._who.found(room, who, [*self._who.inside(room), *self._who.away(room)])
        others = [one.identity for one in people if one.role is not role]
        return await self._carry_out(room, others, lambda noted, one: noted.made(one, role))

    async def _note(self, room: Room, who: str, change: Callable[[Noted, str], Noted]) -> bool:
        people = self._who.found(room, who, [*self._who.inside(room), *self._who.away(room)])
        return await self._carry_out(room, [one.identity for one in people], change)

    async def _carry_out(self, room: Room, identities: Iterable[str], change: Callable[[Noted, str], Noted]) -> bool:
        """Noted, and then made true in LiveKit."""

        def of_all(noted: Noted) -> Noted:
            for identity in identities:
                noted = change(noted, identity)
            return noted

        time = Countdown()
        changed = await self._notes.write(room, of_all, within=time)
        await self._reconciler.settled(room.id, time.left())
        return changed
