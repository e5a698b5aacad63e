"""How an egress ended, in a sentence for people."""

from collections.abc import Collection

from livekit import api

from bridge.logs import redact

SAID = 200


def ended_badly(info: api.EgressInfo, hidden: Collection[str] = ()) -> str:
    """Why a worker did not record to the end, in one line without secrets; empty where it did, or is about to."""
    words = info.error
    for secret in hidden:
        words = words.replace(secret, "…")
    said = redact(" ".join("".join(c if c.isprintable() else " " for c in words).split()))[:SAID]
    said = (said or "it said nothing").rstrip(".") + "."
    match info.status:
        case api.EgressStatus.EGRESS_FAILED:
            return f"The egress worker failed: {said}"
        case api.EgressStatus.EGRESS_ABORTED:
            return f"The egress worker gave up: {said}"
        case api.EgressStatus.EGRESS_LIMIT_REACHED:
            return "The egress worker reached a limit of its own, in length or size."
    return ""
