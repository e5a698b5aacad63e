"""Who gets in: role, seat, identity, place, token."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bridge.errors import BadRequest, MediaServerTimeout, NoAudience, RoomStopped, TokenNeeded
from bridge.rooms.capacity import Capacity, Claim
from bridge.rooms.countdown import PRESS_SECONDS
from bridge.rooms.grants import permissions, rights
from bridge.rooms.identities import Identities
from bridge.rooms.lobby import PAGE, Lobby, key_of
from bridge.rooms.looks import Look, Looks
from bridge.rooms.mint import Mint, Mints, Strength, Way, is_revoked
from bridge.rooms.model import Holder, Link, Role, Room
from bridge.rooms.names import is_printable
from bridge.rooms.notes import Noted, Notes
from bridge.rooms.ports import CallPlan, Pass, RoomStore, Tokens
from bridge.rooms.scenes import Scenes
from bridge.rooms.seats import Seats
from bridge.rooms.watch import Watch

IDENTITY_BYTES = 256
"""LiveKit's own limit for identities and names."""
PROGRAM = "program"
"""The one identity of the studio's own picture and sound: a second one takes the place of the first."""
RECORDER = "recorder"
_RESERVED = re.compile(f"(seat|scene|program|{RECORDER}|{PAGE}):|program$")


@dataclass(frozen=True, slots=True)
class Knock:
    """Who wants in, under which name, and what they have: the owner's token, a link code, or neither.

    ``who`` is the identity that a client chose for itself, or with ``page`` the browser at one of our own pages, which
    nobody else can name; the program has the same one whoever sends it. ``hidden`` asks for a scene. ``address`` is
    where they call from; who comes by a public way is counted there.
    """

    who: str
    name: str = ""
    owner: bool = False
    code: str = ""
    hidden: bool = False
    address: str = ""
    page: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """As what somebody comes in, and by what."""

    role: Role
    way: Way
    seat: str = ""

    @property
    def sits(self) -> bool:
        return bool(self.seat) and self.role is Role.SPEAKER


@dataclass(frozen=True, slots=True)
class Admitted:
    """A join token, and the identity it is for."""

    token: str
    identity: str


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
        seats: Seats,
        lobby: Lobby,
        scenes: Scenes,
        looks: Looks,
        watch: Watch,
        notes: Notes,
        plan: Callable[[Room], CallPlan],
        mints: Mints,
        *,
        token_minutes: int,
        open_by_id: bool,
    ) -> None:
        self._store, self._media, self._looks, self._watch = store, media, looks, watch
        self._capacity, self._identities, self._mints = capacity, identities, mints
        self._seats, self._lobby, self._notes, self._plan = seats, lobby, notes, plan
        self._scenes, self._token_minutes, self._open_by_id = scenes, token_minutes, open_by_id

    async def admit(self, room: Room, guest: Knock) -> Admitted:
        """A join token for somebody, with a place held for 30 s.

        Identity and name are 1–256 and 0–256 bytes of printable text. Raises ``BadRequest``, ``TokenNeeded``,
        ``WrongCode``, ``NoAudience``, ``NotAdmitted``, ``Barred``, ``SeatTaken``, ``RoomStopped``, ``RoomFull``,
        ``IdentityTaken``, ``TooManyRequests``, ``Rehearsal``, ``StoreBroken`` or what the media server met.
        """
        entry = self.entry(room, guest)
        holder = self._seats.claim(room, entry.seat, key_of(guest.who), guest.name) if entry.sits else None
        try:
            return await self._admit(room, guest, entry, holder)
        except BaseException:
            if holder is not None:
                self._seats.release(room, holder)
            raise

    def entry(self, room: Room, guest: Knock) -> Entry:
        """As what ``guest`` would come in now, whoever else is inside. Raises as ``admit`` does."""
        _check("participant_id", guest.who, required=True)
        _check("participant_name", guest.name, required=False)
        if not guest.page and _RESERVED.match(guest.who.strip().casefold()):
            raise BadRequest(
                "participant_id begins with a reserved word", "no seat:, scene:, recorder: and page:, and not program"
            )
        entry = self._way_in(room, guest)
        if entry.way is not Way.OWNER and entry.role.counts:
            self._lobby.refuse(room, key_of(guest.who))
        return entry

    def recorder(self, room: Room, recording: str) -> Admitted:
        """A join token for what records the room, which is hidden and takes no place. Raises ``RoomStopped``,
        ``Rehearsal``.
        """
        now = self._still_open(room)
        may = replace(permissions(Role.SCENE, now.policy), recorder=True)
        identity, mint = f"{RECORDER}:{recording}", self._mints.new(Strength.CODE_SPEAKER).text
        entry = Pass(identity, "", Role.SCENE, "", may, self._token_minutes, mint)
        return Admitted(self._media.token(self._plan(now), entry), identity)

    def is_revoked(self, call: str, identity: str, mint: str) -> bool:
        """Whether somebody took ``identity`` in the LiveKit room ``call`` by a stronger way since that mint."""
        known = self._store.calls().get(call)
        return known is not None and is_revoked(known, identity, mint)

    async def _admit(self, room: Room, guest: Knock, entry: Entry, holder: Holder | None) -> Admitted:
        identity = holder.identity if holder else PROGRAM if entry.role is Role.PROGRAM else guest.who
        look = await self._look(room)
        now = self._still_open(room)
        strength = Strength.of(entry.role, entry.way)
        if not guest.page:  # whoever holds a page's identity is that browser itself, which came by another link
            self._identities.refuse_weaker(room.call, identity, strength)
        mint = self._mints.new(strength)
        may = rights(self._notes.of(now).call, identity, entry.role, now.policy)
        name = (holder and now.titles.get(holder.seat)) or guest.name
        plan = self._plan(now)
        minutes = self._token_minutes
        token = self._media.token(plan, Pass(identity, name, entry.role, entry.seat, may, minutes, mint.text))
        self._reserve(now, guest, entry, identity, look)
        self._watch.expect(room.id, minutes * 60)
        takes = self._identities.minted(room.call, identity, mint)  # whoever minted it first may connect any time
        await self._note(now, guest, entry, holder, identity, mint if takes else None)
        return Admitted(token, identity)

    def _reserve(self, room: Room, guest: Knock, entry: Entry, identity: str, look: Look) -> None:
        if entry.role is Role.SCENE:
            self._reserve_scene(room, identity, look)
        if not entry.role.counts:
            return
        public = Strength.of(entry.role, entry.way).public
        counted = self._capacity.counted(room.call, look.people, look.began)
        limit = room.policy.max - self._seats.kept(room, counted, entry.seat)
        self._capacity.reserve(room.call, Claim(identity, False, public, guest.address), look, limit)

    def _reserve_scene(self, room: Room, identity: str, look: Look) -> None:
        """What is left of a page that is gone gives way; what may be on air does not."""
        staying = frozenset(one for one in look.scenes if not self._scenes.is_out(room, one))
        look, gone = replace(look, scenes=staying), self._scenes.gone(room, staying)
        out = self._capacity.reserve(room.call, Claim(identity, scene=True), look, self._scenes.limit(room), gone)
        self._scenes.comes(room, identity)
        if out:
            self._scenes.give_way(room, out)
            self._watch.look_soon(room.id)

    async def _note(
        self, room: Room, guest: Knock, entry: Entry, holder: Holder | None, identity: str, mint: Mint | None
    ) -> None:
        """What must be on disk before the token leaves."""
        lobby = room.policy.lobby and entry.role.counts

        def change(noted: Noted) -> Noted:
            if mint is not None:
                noted = noted.taken(identity, mint.text)
            if holder is not None:
                before = noted.holders.get(holder.seat)
                if before and before.browser and before.number < holder.number:
                    noted = noted.taken(before.identity, self._mints.new(Strength.STUDIO).text)
                if before is None or before.number <= holder.number:
                    noted = noted.seated(holder)
            return noted.admitted(key_of(guest.who), identity) if lobby else noted

        if mint is not None or holder is not None or lobby:
            await self._notes.write(room, change)

    def _way_in(self, room: Room, guest: Knock) -> Entry:
        if guest.owner:
            return Entry(Role.SCENE if guest.hidden else Role.SPEAKER, Way.OWNER)
        if guest.code:
            link = self._link(room, guest)
            return Entry(Role.SCENE if guest.hidden else link.role, Way.CODE, link.seat)
        if guest.hidden:
            raise TokenNeeded("hidden takes the owner's token or a link code")
        if not self._open_by_id:
            raise TokenNeeded("the id alone does not open this room")
        return Entry(Role.GUEST if room.policy.webinar else Role.SPEAKER, Way.ID)

    def _link(self, room: Room, guest: Knock) -> Link:
        found = self._store.by_code(guest.code)
        if found is None or found[0].id != room.id:
            raise WrongCode("token is no link code of this room", "ask for a new link")
        link = found[1]
        if link.role is Role.PROGRAM and guest.hidden:
            raise TokenNeeded("the program's link does not let anybody in hidden", "use a scene code")
        if link.role is Role.GUEST:
            if guest.hidden:
                raise TokenNeeded("a guest link does not let anybody in hidden", "use a speaker or scene code")
            if not room.policy.webinar:
                raise NoAudience("guest links are closed: webinar mode is off")
        return link

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
