"""What an egress worker is asked for: which picture, and where its file goes."""

import re
from urllib.parse import urlsplit

from livekit import api

from bridge.rooms.model import Mode, Part, Recorded
from bridge.setting_values import is_loopback
from bridge.settings import Egress

USUAL_PATH = "{slug}/{time}"
_NAME = re.compile(r"(?P<time>.+?)(?:(?<=[Zb])-(?P<part>\d+))?")


def template(public: str) -> str:
    """The page for a worker below ``[urls] public``; empty where no worker could open that."""
    host = urlsplit(public).hostname
    return f"{public}/egress" if host and not is_loopback(host) else ""


def where(part: Part, settings: Egress) -> str:
    """Where the worker puts that part: on its own disk, or the key in the bucket."""
    slug, _, file = part.file.rpartition("/")
    name = _NAME.fullmatch(file.rpartition(".")[0] or file)
    time, number = (name["time"], name["part"] or "1") if name else (file, "1")
    wanted = _stem(settings)
    path = wanted.replace("{slug}", slug).replace("{time}", time).replace("{part}", number)
    if "{part}" not in wanted and number != "1":
        path += f"-{number}"
    return f"{path}.mp4"


def is_ours(path: str, slug: str, settings: Egress) -> bool:
    """Whether a file of that room could lie there."""
    pattern = re.escape(_stem(settings)).replace(re.escape("{slug}"), re.escape(slug))
    pattern = pattern.replace(re.escape("{time}"), "[^/]+").replace(re.escape("{part}"), r"\d+")
    return re.fullmatch(rf"{pattern}(-\d+)?\.mp4", path) is not None


def lacks_chat(recorded: Recorded, template: str) -> bool:
    """LiveKit's own template shows no chat: what wants it has the grid alone there."""
    return recorded.mode is Mode.CHAT and not template


def request(recorded: Recorded, settings: Egress, template: str) -> api.RoomCompositeEgressRequest:
    """For the last part of ``recorded``; ``template`` is the page to record, empty for LiveKit's own."""
    output = api.EncodedFileOutput(
        file_type=api.EncodedFileType.MP4, filepath=where(recorded.parts[-1], settings), disable_manifest=True
    )
    if settings.s3_bucket:
        output.s3.CopyFrom(
            api.S3Upload(
                access_key=settings.s3_access_key,
                secret=settings.s3_secret,
                region=settings.s3_region,
                endpoint=settings.s3_endpoint,
                bucket=settings.s3_bucket,
                force_path_style=settings.s3_path_style,
            )
        )
    return api.RoomCompositeEgressRequest(
        room_name=recorded.call,
        layout=Mode.GRID if lacks_chat(recorded, template) else recorded.mode,
        custom_base_url=template,
        preset=api.EncodingOptionsPreset.H264_720P_30,
        file_outputs=[output],
    )


def paths(info: api.EgressInfo) -> set[str]:
    """Where the files of an egress go, as far as it tells."""
    asked = {output.filepath for output in info.room_composite.file_outputs}
    return asked | {result.filename for result in info.file_results}


def _stem(settings: Egress) -> str:
    return (settings.filepath or USUAL_PATH).removesuffix(".mp4")
