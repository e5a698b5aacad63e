"""The tests' own egress worker is one to a real livekit-server."""

from livekit import api

from tests.live.egress.conftest import Studio
from tests.live.egress.worker import Worker


def request(call: str, path: str) -> api.RoomCompositeEgressRequest:
    return api.RoomCompositeEgressRequest(room_name=call, file_outputs=[api.EncodedFileOutput(filepath=path)])


async def test_a_job_goes_through_its_states(studio: Studio, worker: Worker, call: str, tmp_path: object) -> None:
    async with studio.server.api() as livekit:
        began = await livekit.egress.start_room_composite_egress(request(call, f"{tmp_path}/a.mp4"))
        job = await worker.asked()
        assert job.request["roomName"] == call
        await worker.reported(job, "ACTIVE")
        ending = await livekit.egress.stop_egress(api.StopEgressRequest(egress_id=began.egress_id))
        assert ending.status == api.EgressStatus.EGRESS_ENDING
        await worker.reported(job, "COMPLETE")
        listed = await livekit.egress.list_egress(api.ListEgressRequest(room_name=call))
        assert [(item.status, item.file_results[0].size) for item in listed.items] == [
            (api.EgressStatus.EGRESS_COMPLETE, len("a recording"))
        ]
