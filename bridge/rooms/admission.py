"""Who gets in: role, identity, place, token."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

from bridge.errors import BadRequest, MediaServerTimeout, NoAudience, RoomStopped, TokenNeeded
from bridge.rooms.capacity import Capacity, Claim
from bridge.rooms.countdown import PRESS_SECONDS
from bridge.rooms.grants import permissions
from bridge.rooms.identities import Identities
from bridge.rooms.intent import Intent
from bridge.rooms.looks import Look, Looks
from bridge.rooms.mint import Mints, Strength, Way, is_revoked
from bridge.rooms.model import Role, Room
from bridge.rooms.names import is_printable
from bridge.rooms.ports import CallPlan, Pass, RoomStore, Tokens
from bridge.rooms.watch import Watch

IDENTITY_BYTES = 256
"""LiveKit's own limit for identities and names."""
_RESERVED = re.compile("(seat|scene|program):|program$")


@dataclass(frozen=True, slots=True)
class Knock:
    """Who wants in: under which identity and name, and what they have: the owner's token, a link code, or neither.

    ``hidden`` asks for a scene. ``address`` is where they call from; who comes by a public way is counted there.
    """

    identity: str
    name: str = ""
    owner: bool = False
    code: str = ""
    hidden: bool = False
    address: str = ""


class WrongCode(TokenNeeded):
    """A code that opens nothing here."""


class Admission:
    """Mints join tokens, so that a cap of ten gives ten and nobody throws out whoever came in by a better way."""

    def __init__(
        self,
        store: RoomStore,
        media: Tokens,
        capacity: Capacity,
        identities: Identities,
        looks: Looks,
        watch: Watch,
        intent: Intent,
        plan: Callable[[Room], CallPlan],
        mints: Mints,
        *,
        token_minutes: int,
        max_scenes: int,
        open_by_id: bool,
    ) -> None:
        self._store, self._media, self._looks, self._watch = store, media, looks, watch
        self._capacity, self._identities, self._mints = capacity, identities, mints
        self._intent, self._plan = intent, plan
        self._token_minutes, self._max_scenes, self._open_by_id = token_minutes, max_scenes, open_by_id

    async def admit(self, room: Room, guest: Knock) -> str:
        """A join token for somebody, with a place held for 30 s.

        Identity and name are 1–256 and 0–256 bytes of printable text. Raises ``BadRequest``, ``TokenNeeded``,
        ``WrongCode``, ``NoAudience``, ``RoomStopped``, ``RoomFull``, ``IdentityTaken``, ``TooManyRequests``,
        ``Rehearsal``, ``StoreBroken`` or what the media server met.
        """
        _check("participant_id", guest.identity, required=True)
        _check("participant_name", guest.name, required=False)
        if _RESERVED.match(guest.identity.strip().casefold()):
            raise BadRequest("participant_id begins with a reserved word", "no seat: and scene:, and not program")
        role, way = self._way_in(room, guest)
        look = await self._look(room)
        now = self._still_open(room)
        strength = Strength.of(role, way)
        self._identities.refuse_weaker(room.call, guest.identity, strength)
        mint = self._mints.new(strength)
        entry = Pass(
            guest.identity,
            guest.name,
            role,
            "",
            permissions(role, now.policy),
            self._token_minutes,
            mint.text,
        )
        token = self._media.token(self._plan(now), entry)
        scene = role is Role.SCENE
        claim = Claim(guest.identity, scene, strength.public and not scene, guest.address)
        self._capacity.reserve(room.call, claim, look, self._max_scenes if scene else now.policy.max)
        self._watch.expect(room.id, self._token_minutes * 60)
        if self._identities.minted(room.call, guest.identity, mint):  # whoever minted it first may connect any time
            await self._intent.take(now, guest.identity, mint.text)
        return token

    def is_revoked(self, call: str, identity: str, mint: str) -> bool:
        """Whether somebody took ``identity`` in the LiveKit room ``call`` by a stronger way since that mint."""
        known = self._store.calls().get(call)
        return known is not None and is_revoked(known, identity, mint)

    def _way_in(self, room: Room, guest: Knock) -> tuple[Role, Way]:
        """As what somebody comes in, and by what."""
        if guest.owner:
            return Role.SCENE if guest.hidden else Role.SPEAKER, Way.OWNER
        if guest.code:
            return self._role_of_code(room, guest), Way.CODE
        if guest.hidden:
            raise TokenNeeded("hidden takes the owner's token or a link code")
        if not self._open_by_id:
            raise TokenNeeded("the id alone does not open this room")
        return Role.GUEST if room.policy.webinar else Role.SPEAKER, Way.ID

    def _role_of_code(self, room: Room, guest: Knock) -> Role:
        found = self._store.by_code(guest.code)
        if found is None or found[0].id != room.id:
            raise WrongCode("token is no link code of this room", "ask for a new link")
        role = found[1]
        if role is Role.GUEST:
            if guest.hidden:
                raise TokenNeeded("a guest link does not let anybody in hidden", "use a speaker or scene code")
            if not room.policy.webinar:
                raise NoAudience("guest links are closed: webinar mode is off")
        return Role.SCENE if guest.hidden else role

    async def _look(self, room: Room) -> Look:
        try:
            async with asyncio.timeout(PRESS_SECONDS):
                return await self._looks.into(room.call) if room.active else Look(0.0)
        except TimeoutError:
            raise MediaServerTimeout("LiveKit did not say in time who is inside") from None

    def _still_open(self, room: Room) -> Room:
        now = self._store.get(room.id)
        if now is None or not now.active or now.call != room.call:
            raise RoomStopped(f"{room.slug} is stopped")
        return now


def _check(field: str, text: str, *, required: bool) -> None:
    if required and not text.strip():
        raise BadRequest(f"{field} is empty", "send a stable id for this person")
    if len(text.encode(errors="replace")) > IDENTITY_BYTES or not is_printable(text):
        raise BadRequest(f"{field} is too long or not printable", f"send at most {IDENTITY_BYTES} bytes of plain text")
