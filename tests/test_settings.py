"""Where settings come from, which source wins, and what is said when one cannot be used."""

import json
import os
from pathlib import Path

import pytest

from bridge.setting_values import is_loopback, split_listen
from bridge.settings import Loaded, Settings, SettingsError, known_keys, load
from bridge.settings_note import read, written

SECRET = "s3cr3t-of-livekit"
LIVEKIT = f'[livekit]\nurl = "wss://livekit.example.com"\napi_key = "key"\napi_secret = "{SECRET}"\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an environment without settings."""
    for name in list(os.environ):
        if name.upper().startswith("VMIX_BRIDGE_"):
            monkeypatch.delenv(name)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def loaded(here: Path, toml: str = "", **options: object) -> Loaded:
    file = here / "given.toml"
    file.write_text(toml, "utf-8")
    return load(file, here / "data", options)


def refusal(here: Path, toml: str = "", **options: object) -> str:
    """The one line that is said."""
    with pytest.raises(SettingsError) as refused:
        loaded(here, toml, **options)
    text = str(refused.value)
    assert "\n" not in text
    assert "pydantic" not in text
    assert SECRET not in text
    return text


def test_without_any_source_it_is_the_defaults(here: Path) -> None:
    result = load(None, here / "data", {})
    assert (result.settings, result.file, result.origins) == (Settings(), None, {})
    assert result.settings.listen == "127.0.0.1:8790"
    assert result.settings.media == "auto"


def test_the_file_is_the_given_one_else_the_working_folders_else_the_data_folders(here: Path) -> None:
    data = here / "data"
    data.mkdir()
    for file, port in ((data / "config.toml", 3), (here / "config.toml", 2), (here / "given.toml", 1)):
        file.write_text(f'listen = "127.0.0.1:{port}"')
    assert load(here / "given.toml", data, {}).settings.listen == "127.0.0.1:1"
    found = load(None, data, {})
    assert (found.settings.listen, found.file) == ("127.0.0.1:2", Path("config.toml"))
    (here / "config.toml").unlink()
    found = load(None, data, {})
    assert (found.settings.listen, found.file) == ("127.0.0.1:3", data / "config.toml")


def test_option_beats_environment_beats_file_beats_default(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml = 'listen = "127.0.0.1:1"\nmedia = "rehearsal"\nhosts = ["a"]\n[join]\nmax_scenes = 1\ntoken_minutes = 1\n'
    monkeypatch.setenv("VMIX_BRIDGE_LISTEN", "127.0.0.1:2")
    monkeypatch.setenv("VMIX_BRIDGE_MEDIA", "local")
    monkeypatch.setenv("VMIX_BRIDGE_JOIN__MAX_SCENES", "2")
    result = loaded(here, toml, listen="127.0.0.1:3")
    settings = result.settings
    assert (settings.listen, settings.media, settings.hosts) == ("127.0.0.1:3", "local", ["a"])
    assert (settings.join.max_scenes, settings.join.token_minutes, settings.join.open_by_id) == (2, 1, True)
    assert result.origins == {
        "listen": "option",
        "media": "environment",
        "hosts": "file",
        "join.max_scenes": "environment",
        "join.token_minutes": "file",
    }


def test_every_setting_has_its_environment_variable(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, _, field in known_keys():
        example = field.examples[0]
        text = ",".join(example) if isinstance(example, list) else str(example).lower()
        monkeypatch.setenv("VMIX_BRIDGE_" + key.replace(".", "__").upper(), text)
    result = loaded(here)
    assert set(result.origins) == {key for key, _, _ in known_keys()}
    assert set(result.origins.values()) == {"environment"}


@pytest.mark.parametrize(
    ("toml", "urls"),
    [
        ('""', []),
        ("[]", []),
        ('"http://127.0.0.1:8000/"', ["http://127.0.0.1:8000"]),
        ('["http://a:8000", "https://b"]', ["http://a:8000", "https://b"]),
    ],
)
def test_companion_is_one_address_or_several_or_none(here: Path, toml: str, urls: list[str]) -> None:
    assert loaded(here, f"[companion]\nurl = {toml}").settings.companion.url == urls


def test_lists_in_the_environment_are_separated_by_commas(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMIX_BRIDGE_HOSTS", "studio-pc.lan, other.lan ,")
    monkeypatch.setenv("VMIX_BRIDGE_JOIN__ORIGINS", "https://A.example.com,http://b:81")
    settings = loaded(here).settings
    assert settings.hosts == ["studio-pc.lan", "other.lan"]
    assert settings.join.origins == ["https://a.example.com", "http://b:81"]


def test_inputs_of_vmix_are_a_table_and_in_the_environment_one_line(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = '[vmix]\nhost = "studio-pc.lan"\n[vmix.inputs]\n"Cam 1. left" = "host@main"\n7 = "grid@main"\n'
    result = loaded(here, toml)
    assert result.settings.vmix.inputs == {"Cam 1. left": "host@main", "7": "grid@main"}
    assert result.origins == {"vmix.host": "file", "vmix.inputs": "file"}
    monkeypatch.setenv("VMIX_BRIDGE_VMIX__INPUTS", "Cam 1. left=guest1.screen@main, a=b=c@d")
    assert loaded(here, toml).settings.vmix.inputs == {"Cam 1. left": "guest1.screen@main", "a=b": "c@d"}
    note = read(json.loads(json.dumps(written(result))))
    assert note.settings == result.settings


@pytest.mark.parametrize("host", ["", "127.0.0.1", "::1", "studio-pc", "studio_pc.lan", "vmix.example.com"])
def test_a_vmix_is_named_or_is_not(here: Path, host: str) -> None:
    assert loaded(here, f'[vmix]\nhost = "{host}"').settings.vmix.host == host


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("VMIX_BRIDGE_LISTN", "VMIX_BRIDGE_LISTEN"),
        ("VMIX_BRIDGE_LIVEKIT_URL", "VMIX_BRIDGE_LIVEKIT__URL"),
        ("VMIX_BRIDGE_LIVEKIT", "VMIX_BRIDGE_LIVEKIT__URL"),
        ("VMIX_BRIDGE_JOIN__MAX_SCENE", "VMIX_BRIDGE_JOIN__MAX_SCENES"),
        ("vmix_bridge_host", "VMIX_BRIDGE_HOSTS"),
    ],
)
def test_an_unknown_variable_is_named_with_those_it_may_have_meant(
    here: Path, monkeypatch: pytest.MonkeyPatch, name: str, near: str
) -> None:
    monkeypatch.setenv(name, SECRET)
    text = refusal(here)
    assert name in text
    assert near in text
    assert "unset" in text


def test_config_and_data_are_variables_of_the_command_line(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMIX_BRIDGE_CONFIG", "x")
    monkeypatch.setenv("VMIX_BRIDGE_DATA", "y")
    assert loaded(here).settings == Settings()


@pytest.mark.parametrize(
    ("toml", "key", "near"),
    [
        ('lisen = "x"', "lisen", "listen"),
        ("[joyn]\nmax_scenes = 3", "joyn", "join"),
        ("[join]\nmax_scene = 3", "join.max_scene", "join.max_scenes"),
        (f'[livekit]\napi_secert = "{SECRET}"', "livekit.api_secert", "livekit.api_secret"),
        ("[join.more]\nx = 1", "join.more", "join."),
        ('_env_file = "x"', "_env_file", "listen"),
    ],
)
def test_an_unknown_key_is_named_with_those_it_may_have_meant(here: Path, toml: str, key: str, near: str) -> None:
    text = refusal(here, toml)
    assert text.startswith(f"{here / 'given.toml'}: {key} is no setting: ")
    assert near in text


@pytest.mark.parametrize(
    ("toml", "key", "value", "fix"),
    [
        ('listen = "8790"', "listen", "'8790'", "HOST:PORT"),
        ('listen = "127.0.0.1"', "listen", "'127.0.0.1'", "HOST:PORT"),
        ('listen = "127.0.0.1:"', "listen", "'127.0.0.1:'", "HOST:PORT"),
        ('listen = "::1:80"', "listen", "'::1:80'", "[::1]:8790"),
        ('listen = "127.0.0.1:65536"', "listen", "65536", "65535"),
        ('listen = "127.0.0.1:٣"', "listen", "٣", "HOST:PORT"),
        ('listen = "studio:80"', "listen", "'studio:80'", "127.0.0.1:8790"),
        ("listen = 8790", "listen", "8790", "127.0.0.1:8790"),
        ('media = "vlc"', "media", "'vlc'", "'rehearsal'"),
        ("hosts = [1]", "hosts", "1", "studio-pc.lan"),
        ('[livekit]\nurl = "livekit.example.com"', "livekit.url", "'livekit.example.com'", "wss://"),
        ('[livekit]\nurl = "wss://x:port"', "livekit.url", "'wss://x:port'", "wss://"),
        ('[urls]\ncontrol = "127.0.0.1:80"', "urls.control", "'127.0.0.1:80'", "http://"),
        ('[urls]\npublic = "https://x/?a=b"', "urls.public", "'https://x/?a=b'", "https://"),
        ('[urls]\npublic = "https://x:99999"', "urls.public", "99999", "65535"),
        ('[companion]\nurl = "127.0.0.1:8000"', "companion.url", "'127.0.0.1:8000'", "http://"),
        ('[companion]\nurl = [""]', "companion.url", "''", "http://"),
        ("[local]\nport = 0", "local.port", "0", "7880"),
        ("[local]\nport = true", "local.port", "True", "number"),
        ('[local]\nudp_port = "many"', "local.udp_port", "'many'", "7882"),
        ('[local]\nstun = "perhaps"', "local.stun", "'perhaps'", "False"),
        ("[join]\nmax_scenes = -1", "join.max_scenes", "-1", "auto"),
        ("[join]\ntoken_minutes = 0", "join.token_minutes", "0", "10"),
        ('[join]\norigins = ["https://x/path"]', "join.origins", "https://x/path", "scheme://host"),
        ('[join]\norigins = ["x"]', "join.origins", "['x']", "scheme://host"),
        ('[join]\norigins = ["*"]', "join.origins", "['*']", "scheme://host"),
        ('[vmix]\nhost = "http://studio"', "vmix.host", "'http://studio'", "without a port"),
        ('[vmix]\nhost = "studio:8088"', "vmix.host", "'studio:8088'", "without a port"),
        ('[vmix.inputs]\n"Camera 5" = "guest1"', "vmix.inputs", "Camera 5", "guest1@main-stage"),
        ("[vmix.inputs]\n5 = 6", "vmix.inputs", "6", "guest1@main-stage"),
        ('[vmix]\ninputs = "guest1@main-stage"', "vmix.inputs", "guest1", "guest1@main-stage"),
    ],
)
def test_a_bad_value_is_said_with_its_key_and_the_fix(here: Path, toml: str, key: str, value: str, fix: str) -> None:
    text = refusal(here, toml)
    assert text.startswith(f"{here / 'given.toml'}: {key} = ")
    assert value in text
    assert fix in text


def test_who_said_it_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(here, listen="x").startswith("the command line: listen = 'x'")
    monkeypatch.setenv("VMIX_BRIDGE_LOCAL__PORT", "x")
    assert refusal(here).startswith("the environment: local.port = 'x'")


EGRESS = """[recording.egress]
filepath = "{slug}/{time}"
s3_bucket = "shows"
s3_region = "eu-central-1"
s3_access_key = "AKIAEXAMPLEKEY"
s3_secret = "correct-horse"
"""


@pytest.mark.parametrize(
    ("written", "instead", "words"),
    [
        ('s3_access_key = "AKIAEXAMPLEKEY"', "", "s3_access_key is missing: a bucket needs all of them"),
        ('s3_secret = "correct-horse"', "", "s3_secret is missing"),
        ('s3_bucket = "shows"', "", "s3_bucket is missing"),
        ('s3_region = "eu-central-1"', "", "s3_region or s3_endpoint is missing"),
        ("{slug}/{time}", "{slug}/show", "{time} is missing in filepath: files would replace each other"),
        ("{slug}/{time}", "show", "{slug} and {time} is missing in filepath"),
        ('"correct-horse"', "5", "recording.egress.s3_secret cannot be used"),
        ('"AKIAEXAMPLEKEY"', "5", "recording.egress.s3_access_key cannot be used"),
    ],
)
def test_an_egress_service_that_cannot_work_says_what_is_missing(
    here: Path, written: str, instead: str, words: str
) -> None:
    assert loaded(here, EGRESS).secrets == ["AKIAEXAMPLEKEY", "correct-horse"]
    assert loaded(here, '[recording.egress]\nfilepath = "/out/{slug}/{time}.mp4"').secrets == []
    text = refusal(here, EGRESS.replace(written, instead))
    assert words in text
    assert "correct-horse" not in text
    assert "AKIAEXAMPLEKEY" not in text


@pytest.mark.parametrize("missing", ["url", "api_key", "api_secret"])
def test_livekit_is_configured_whole_or_not_at_all(here: Path, missing: str) -> None:
    assert loaded(here, LIVEKIT).settings.livekit.api_secret == SECRET
    toml = "\n".join(line for line in LIVEKIT.splitlines() if not line.startswith(f"{missing} "))
    text = refusal(here, toml)
    assert f"livekit cannot be used: {missing} is missing" in text


def test_half_a_livekit_in_the_environment_is_the_environments_fault(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VMIX_BRIDGE_LIVEKIT__URL", "wss://livekit.example.com")
    with pytest.raises(SettingsError, match=r"^the environment: livekit cannot be used: api_key and api_secret"):
        load(None, here / "data", {})


@pytest.mark.parametrize(
    "toml",
    [
        "[livekit]\napi_secret = 5",
        f'livekit = "{SECRET}"',
        f'[livekit]\nurl = "wss://key:{SECRET}@livekit.example.com"',
        f'[livekit]\napi_secret = ["{SECRET}"]',
        f'[livekit]\napi_secret = "{SECRET}"',
        f'[livekit]\napi_secret = "{SECRET}',
        f'[livekit]\napi_secret = "{SECRET}"\nother = 1',
    ],
)
def test_no_error_repeats_a_secret(here: Path, toml: str) -> None:
    assert str(here / "given.toml") in refusal(here, toml)


def test_settings_do_not_show_the_secret(here: Path) -> None:
    assert SECRET not in repr(loaded(here, LIVEKIT))
    assert SECRET not in str(loaded(here, LIVEKIT).settings)


@pytest.mark.parametrize(
    "content",
    [
        b"listen = = 3",
        b"\xff\xfe",
        b"[livekit",
        b'listen = "a\nb"',
        b"hosts = " + b"[" * 100_000,
        b"listen" + b".a" * 20_000 + b" = 1",
        b"[" + b"a." * 5000 + b"a]",
        b"local.port = " + b"9" * 5000,
    ],
    ids=lambda content: content[:12].decode("latin-1"),
)
def test_a_file_that_is_no_toml_is_named(here: Path, content: bytes) -> None:
    file = here / "given.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        load(file, here, {})
    assert str(file) in str(refused.value)
    assert "--config" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(here: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        load(here / "nowhere.toml", here, {})


def test_a_byte_order_mark_is_no_obstacle(here: Path) -> None:
    (here / "given.toml").write_bytes(b'\xef\xbb\xbflisten = "127.0.0.1:1"\r\n')
    assert load(here / "given.toml", here, {}).settings.listen == "127.0.0.1:1"


def test_settings_are_frozen(here: Path) -> None:
    settings = loaded(here).settings
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings, "listen", "127.0.0.1:1")  # noqa: B010 - the type checker refuses it too
    with pytest.raises(ValueError, match="frozen"):
        setattr(settings.join, "open_by_id", False)  # noqa: B010


@pytest.mark.parametrize(
    ("value", "host", "port", "loopback"),
    [
        ("127.0.0.1:8790", "127.0.0.1", 8790, True),
        ("127.0.0.1:0", "127.0.0.1", 0, True),
        ("0.0.0.0:80", "0.0.0.0", 80, False),  # noqa: S104
        ("[::1]:8790", "::1", 8790, True),
        ("[::]:8790", "::", 8790, False),
        ("192.168.1.20:8790", "192.168.1.20", 8790, False),
        ("localhost:8790", "localhost", 8790, True),
    ],
)
def test_listen_addresses(here: Path, value: str, host: str, port: int, loopback: bool) -> None:
    assert loaded(here, f'listen = "{value}"').settings.listen == value
    assert split_listen(value) == (host, port)
    assert is_loopback(host) is loopback


def test_urls_lose_the_slash_at_their_end(here: Path) -> None:
    settings = loaded(
        here, '[urls]\ncontrol = "http://127.0.0.1:8790/"\npublic = "https://rooms.example.com//"'
    ).settings
    assert (settings.urls.control, settings.urls.public) == ("http://127.0.0.1:8790", "https://rooms.example.com")


def test_the_annotated_reference_says_the_defaults(here: Path) -> None:
    reference = Path(__file__).parents[1] / "config.toml"
    assert load(reference, here, {}).settings == Settings()
    lines = reference.read_text("utf-8").splitlines()
    uncommented = "\n".join(line[1:] if line.startswith("#") and line[1:2].isalpha() else line for line in lines)
    result = loaded(here, uncommented)
    assert result.settings == Settings()
    assert set(result.origins) == {key for key, _, _ in known_keys()}
