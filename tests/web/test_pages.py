"""What a browser is told of a page, and what its shell names."""

from pathlib import Path

import pytest

from bridge.web.pages import PageFiles, page_headers
from bridge.web.policy import PageKind


def sources(media_url: str, page: PageKind = "join") -> str:
    headers = page_headers(media_url)[page]
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy.pop("default-src") == policy.pop("base-uri") == policy.pop("form-action") == "'none'"
    assert policy.pop("frame-ancestors") == "'none'"
    connect = policy.pop("connect-src")
    assert policy == dict.fromkeys(("script-src", "style-src", "img-src"), "'self'")
    return connect


@pytest.mark.parametrize(
    ("media_url", "connect"),
    [
        ("", "'self'"),
        ("wss://calls.example", "'self' wss://calls.example https://calls.example"),
        ("https://calls.example:8443/sub/path", "'self' wss://calls.example:8443 https://calls.example:8443"),
        ("ws://10.0.0.5:7880", "'self' ws://10.0.0.5:7880 http://10.0.0.5:7880"),
        ("ws://[::1]:7880", "'self' ws://[::1]:7880 http://[::1]:7880"),
    ],
)
def test_it_may_talk_to_its_own_address_and_to_the_livekit_it_is_given(media_url: str, connect: str) -> None:
    assert sources(media_url) == sources(media_url, "scene") == connect


def test_the_recorders_page_is_told_by_its_worker_where_the_call_is() -> None:
    assert sources("wss://calls.example", "egress") == "'self' ws: wss: http: https:"


def test_it_may_ask_for_camera_microphone_and_screen_and_no_frame_in_it_may() -> None:
    policy = page_headers("")["join"]["Permissions-Policy"]
    assert {"camera=(self)", "microphone=(self)", "display-capture=(self)", "autoplay=(self)"} <= set(
        policy.split(", ")
    )
    assert all(part.endswith("=(self)") for part in policy.split(", "))


@pytest.mark.parametrize("page", ["scene", "egress"])
def test_a_scene_plays_without_a_click_and_asks_for_no_device(page: PageKind) -> None:
    policy = page_headers("")[page]["Permissions-Policy"].split(", ")
    assert {"autoplay=(self)", "camera=()", "microphone=()", "display-capture=()"} == set(policy)


def test_a_shell_names_the_folder_and_loads_its_modules_at_once(tmp_path: Path) -> None:
    for path in ("join/main.js", "join/page.css", "shared/text.js", "vendor/lib/lib.js"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / "join/index.html").write_text('<link href="{base}/join/page.css">{modules of join vendor}')
    files = PageFiles.of(tmp_path)
    shell = files.shells["join/index.html"]
    assert f'<link href="{files.base}/join/page.css">' in shell
    assert shell.count("modulepreload") == 2
    for path in ("join/main.js", "vendor/lib/lib.js"):
        assert f'<link rel="modulepreload" href="{files.base}/{path}">' in shell
