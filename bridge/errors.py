"""The one error family: what every route and command answers when it cannot do what was asked.

Keys are part of the contract and never change once shipped; messages may. ``guard`` marks what a guard refuses before
a room is asked (``?soft=1`` never turns those into a 200), ``status`` is the HTTP status.
"""


class BridgeError(Exception):
    """Something the caller should hear about: a stable key, what happened, and what to do.

    ``message`` and ``hint`` are one line each and never hold a key, a token or a link code.
    """

    key = "internal"
    status = 500
    hint = "look at the bridge's log"
    guard = False

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or type(self).hint

    def as_json(self) -> dict[str, object]:
        return {"success": False, "error": self.key, "message": self.message, "hint": self.hint}

    def as_line(self) -> str:
        return f"ERR {self.key} {self.message}: {self.hint}"


class Internal(BridgeError):
    """A defect of the bridge itself; the log has the details."""

    guard = True


class BadRequest(BridgeError):
    key, status, hint = "bad_request", 400, "see the README for the form of this call"


class BadSetting(BridgeError):
    key, status, hint = "bad_setting", 400, "see the README for the values a room takes"


class KeyMissing(BridgeError):
    key, status, guard = "key_missing", 401, True
    hint = "send the key in the header X-Bridge-Key, or a room key as ?key="


class KeyWrong(BridgeError):
    key, status, guard = "key_wrong", 401, True
    hint = "see the right one with: vmix-bridge keys show"


class KeyScope(BridgeError):
    key, status, guard = "key_scope", 403, True
    hint = "use this room's own key, a studio key or an API token"


class ForbiddenOrigin(BridgeError):
    key, status, guard = "forbidden_origin", 403, True
    hint = "call the bridge from vMix, Companion, a command line or its own pages"


class BadHost(BridgeError):
    key, status, guard = "bad_host", 403, True
    hint = "add the name to hosts in config.toml"


class TokenNeeded(BridgeError):
    key, status, hint = "token_needed", 403, "send an x-access-token or a link code of the room as token"


class RoomNotFound(BridgeError):
    key, status, hint = "room_not_found", 404, "create it first, or list the rooms with /r"


class NotFound(BridgeError):
    key, status, guard, hint = "not_found", 404, True, "see the README for the routes"


class MethodNotAllowed(BridgeError):
    key, status, guard, hint = "method_not_allowed", 405, True, "see the README for the routes"


class NameTaken(BridgeError):
    key, status, hint = "name_taken", 409, "choose another name, or leave out strict=1"


class RoomStopped(BridgeError):
    key, status, hint = "room_stopped", 409, "start the room first"


class RoomFull(BridgeError):
    key, status, hint = "room_full", 409, "wait until somebody leaves, or raise max"


class StaleRoom(BridgeError):
    key, status, hint = "stale_room", 409, "ask findLKRoomNameById for the present name"


class NotEmpty(BridgeError):
    key, status, hint = "not_empty", 409, "wait until everybody has left, or stop without if=empty"


class SeatTaken(BridgeError):
    key, status, hint = "seat_taken", 409, "free the seat first"


class NotAdmitted(BridgeError):
    key, status, hint = "not_admitted", 409, "wait until the studio lets you in"


class Barred(BridgeError):
    key, status, hint = "barred", 409, "ask the studio to let you in again"


class Nobody(BridgeError):
    key, status, hint = "nobody", 404, "see who is there: /r/{room}/people"


class IdentityTaken(BridgeError):
    key, status, hint = "identity_taken", 409, "send another participant_id, or come in by the owner's token or a link"


class NoAudience(BridgeError):
    key, status, hint = "no_audience", 409, "use a speaker link, or set webinar=1"


class NoRecorder(BridgeError):
    key, status = "no_recorder", 409
    hint = "see what is missing with: vmix-bridge doctor; what records is under [recording] in config.toml"


class StillRecording(BridgeError):
    key, status, hint = "still_recording", 409, "stop it first: /r/{room}/record/stop"


class Rehearsal(BridgeError):
    key, status = "rehearsal", 409
    hint = "configure a LiveKit server under [livekit] in config.toml to let people in"


class TooLarge(BridgeError):
    key, status, guard, hint = "too_large", 413, True, "send less"


class TooManyRequests(BridgeError):
    key, status, guard, hint = "too_many_requests", 429, True, "wait a minute and try again"


class MediaServerDown(BridgeError):
    key, status, hint = "media_server_down", 502, "try again in a moment"


class MediaServerRefused(BridgeError):
    key, status, hint = "media_server_refused", 502, "check api_key and api_secret under [livekit] in config.toml"


class StoreBroken(BridgeError):
    key, status, guard, hint = "store_broken", 503, True, "nothing was changed; free the disk and try again"


class StoreStalled(StoreBroken):
    """The disk takes its time. The write is not called off; whoever waited for it is."""

    hint = "it may still be carried out; look at the disk, then at the room before you press again"

    def __init__(self, waited: float) -> None:
        super().__init__(f"the disk has not answered within {waited:.2g} s")


class MediaServerTimeout(BridgeError):
    key, status, hint = "media_server_timeout", 504, "try again in a moment"


MediaServerError = (MediaServerDown, MediaServerRefused, MediaServerTimeout)
