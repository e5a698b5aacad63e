"""The server's own words: kept for the operator, quoted without secrets."""

from pathlib import Path

import pytest

from bridge.livekit_server.output import last_words

SECRET = "made-up-secret-of-more-than-32-characters"
TOKEN = "eyJhbGciOiJIUzI1NiJ9xx.eyJzdWIiOiJhbm4iLCJpc3MiOiJB.c2lnbmF0dXJlc2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("", "it said nothing"),
        ("2026-01-01T00:00:00.000Z\tINFO\tlivekit\tserver.go:1\tstarting\n", "it said nothing"),
        (
            "listen tcp 127.0.0.1:7880: bind: address already in use\n",
            "listen tcp 127.0.0.1:7880: bind: address already in use",
        ),
        ("one\ntwo\n\n2026-01-01T00:00:00.000Z\tINFO\tlivekit\tx.go:1\tbye\n", "two"),
        ("2026-01-01T00:00:00.000Z\tERROR\tlivekit\tserver/main.go:3\tno luck\n", "no luck"),
        ("panic: nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/main.go:3 +0x1\n", "panic: nil map"),
        (f"secret {SECRET} token {TOKEN}\n", "secret … token …"),
        ("x" * 1000 + "\n", "x" * 300),
    ],
)
def test_last_words(tmp_path: Path, said: str, quoted: str) -> None:
    log = tmp_path / "server.log"
    log.write_text(said)
    assert last_words(log, SECRET) == quoted


def test_no_log_no_words(tmp_path: Path) -> None:
    assert last_words(tmp_path / "missing", SECRET) == "it said nothing"


def test_only_the_end_of_a_long_log_is_read(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("early\n" + "2026-01-01T00:00:00.000Z\tINFO\tlivekit\tx.go:1\tbusy\n" * 10_000)
    assert last_words(log, SECRET) == "it said nothing"
