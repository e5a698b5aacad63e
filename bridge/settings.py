"""``config.toml`` and the environment become one frozen, typed ``Settings``; nobody reads either of them later.

Sources, strongest first: command line, environment (``VMIX_BRIDGE_LISTEN``, ``VMIX_BRIDGE_LIVEKIT__URL``), file,
default.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bridge.faults import fix_of
from bridge.folder import CONFIG
from bridge.setting_values import (
    Advertise,
    HostOrNot,
    HttpUrl,
    HttpUrls,
    Inputs,
    Listen,
    ListenOrNot,
    LiveKitUrl,
    MaxScenes,
    Names,
    Number,
    Origins,
    Port,
    Proxies,
)

PREFIX = "VMIX_BRIDGE_"
NOT_SETTINGS = {"VMIX_BRIDGE_CONFIG", "VMIX_BRIDGE_DATA"}
TABLES = {"vmix.inputs"}
"""Settings that are tables, whose keys are anybody's words."""
_PASSWORD = re.compile("//[^/@]*@")


class SettingsError(Exception):
    """A setting that cannot be used: one line that names the key, the value and the fix."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LiveKit(_Section):
    """A LiveKit server that somebody else runs."""

    url: LiveKitUrl = Field("", examples=["wss://livekit.example.com"])
    api_key: str = Field("", examples=["APIabcdef"])
    api_secret: str = Field("", examples=["the secret that belongs to api_key"], repr=False)
    public_url: LiveKitUrl = Field("", examples=["wss://livekit.example.com"])
    metered: bool = Field(False, examples=[True])

    @model_validator(mode="after")
    def _all_or_none(self) -> "LiveKit":
        given = {"url": self.url, "api_key": self.api_key, "api_secret": self.api_secret}
        missing = [key for key, value in given.items() if not value]
        if 0 < len(missing) < 3:
            raise ValueError(f"{' and '.join(missing)} is missing: give url, api_key and api_secret, or none of them")
        return self


class Local(_Section):
    """The livekit-server that the bridge runs on this machine."""

    port: Port = Field(7880, examples=[7880])
    tcp_port: Port = Field(7881, examples=[7881])
    udp_port: Port = Field(7882, examples=[7882])
    advertise: Advertise = Field("auto", examples=["192.168.1.20"])
    stun: bool = Field(False, examples=[False])
    binary: str = Field("", examples=["C:/livekit/livekit-server.exe"])


class Urls(_Section):
    """Under which addresses the bridge is reached."""

    control: HttpUrl = Field("", examples=["http://127.0.0.1:8790"])
    public: HttpUrl = Field("", examples=["https://rooms.example.com"])


class Tls(_Section):
    """What the public door proves itself with: files in PEM, the chain in the first one."""

    certificate: str = Field("", examples=["C:/certificates/rooms.pem"])
    key: str = Field("", examples=["C:/certificates/rooms.key"])

    @model_validator(mode="after")
    def _both_or_none(self) -> "Tls":
        if bool(self.certificate) != bool(self.key):
            raise ValueError(f"{'key' if self.certificate else 'certificate'} is missing: give both files, or none")
        return self


class Public(_Section):
    """How guests reach the bridge."""

    listen: ListenOrNot = Field("", examples=["0.0.0.0:8443"])
    tls: Tls = Tls()
    trusted_proxies: Proxies = Field([], examples=[["127.0.0.1"]])


class Join(_Section):
    """Who gets in."""

    open_by_id: bool = Field(True, examples=[True])
    max_scenes: MaxScenes = Field("auto", examples=[40])
    token_minutes: Number = Field(10, ge=1, le=1440, examples=[10])
    origins: Origins = Field([], examples=[["https://www.example.com"]])


class Vmix(_Section):
    """The vMix whose tally is shown."""

    host: HostOrNot = Field("", examples=["192.168.1.30"])
    inputs: Inputs = Field({}, examples=["Camera 5=guest1@main-stage"])
    preview: bool = Field(False, examples=[True])


class Companion(_Section):
    """Bitfocus Companion, where it is told of every change."""

    url: HttpUrls = Field([], examples=[["http://127.0.0.1:8000"]])


class Egress(_Section):
    """A LiveKit Egress service that records, and where its files go: to its own disk, or to S3."""

    filepath: str = Field("", examples=["/out/{slug}/{time}"])
    s3_bucket: str = Field("", examples=["recordings"])
    s3_region: str = Field("", examples=["eu-central-1"])
    s3_endpoint: HttpUrl = Field("", examples=["https://s3.example.com"])
    s3_access_key: str = Field("", examples=["AKIAEXAMPLE"], repr=False)
    s3_secret: str = Field("", examples=["the secret that belongs to s3_access_key"], repr=False)
    s3_path_style: bool = Field(False, examples=[True])

    @property
    def configured(self) -> bool:
        """Whether it is said where files go."""
        return bool(self.filepath or self.s3_bucket)

    @model_validator(mode="after")
    def _whole(self) -> "Egress":
        absent = [key for key in ("{slug}", "{time}") if self.filepath and key not in self.filepath]
        if absent:
            raise ValueError(f"{' and '.join(absent)} is missing in filepath: files would replace each other")
        bucket = {key: getattr(self, key) for key in ("s3_bucket", "s3_access_key", "s3_secret")}
        bucket["s3_region or s3_endpoint"] = self.s3_region or self.s3_endpoint
        missing = [key for key, value in bucket.items() if not value]
        if missing and (len(missing) < len(bucket) or self.s3_path_style):
            raise ValueError(f"{' and '.join(missing)} is missing: a bucket needs all of them, or give none")
        return self


class RecordingSettings(_Section):
    """What records rooms, and where the files lie."""

    by: Literal["auto", "browser", "egress", "off"] = Field("auto", examples=["auto"])
    folder: str = Field("", examples=["D:/recordings"])
    browser: str = Field("", examples=["C:/Program Files/Google/Chrome/Application/chrome.exe"])
    at_once: Number = Field(1, ge=1, le=16, examples=[1])
    max_hours: Number = Field(12, ge=1, le=168, examples=[12])
    egress: Egress = Egress()


class Settings(_Section):
    """Every setting of the bridge. ``config.toml`` at the top of the project is its annotated reference."""

    listen: Listen = Field("127.0.0.1:8790", examples=["127.0.0.1:8790"])
    hosts: Names = Field([], examples=[["studio-pc.lan"]])
    media: Literal["auto", "livekit", "local", "rehearsal"] = Field("auto", examples=["auto"])
    livekit: LiveKit = LiveKit()
    local: Local = Local()
    urls: Urls = Urls()
    public: Public = Public()
    join: Join = Join()
    vmix: Vmix = Vmix()
    companion: Companion = Companion()
    recording: RecordingSettings = RecordingSettings()

    @property
    def runs_here(self) -> bool:
        """Whether the livekit-server of this machine is the one to use, if there is one."""
        return self.media == "local" or (self.media == "auto" and not self.livekit.url)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings in force, the file, and per key who said so: ``file``, ``environment`` or ``option``."""

    settings: Settings
    file: Path | None
    origins: Mapping[str, str]

    def value(self, key: str) -> Any:
        """A setting by its dotted key."""
        return reduce(getattr, key.split("."), self.settings)

    @property
    def secrets(self) -> list[str]:
        """Those that are set, by their values."""
        return [value for key in SECRETS if (value := self.value(key))]


def load(config: Path | None, data: Path, options: Mapping[str, object]) -> Loaded:
    """Read the settings: ``config`` if given, else ``config.toml`` here, else ``<data>/config.toml``.

    ``options`` are what the command line said (keys as in ``config.toml``). Raises ``SettingsError``.
    """
    file = config or next((p for p in (Path(CONFIG), data / CONFIG) if p.is_file()), None)
    return load_from(file, _environment(), options)


def load_from(file: Path | None, environment: Mapping[str, object], option: Mapping[str, object]) -> Loaded:
    """Read the settings from exactly these sources. Raises ``SettingsError``."""
    try:
        sources = {"file": _read(file) if file else {}, "environment": dict(environment), "option": dict(option)}
        return _merged(sources, file)
    except RecursionError:
        raise SettingsError(f"{file} is nested too deep; mend the file or name another with --config") from None


def _merged(sources: Mapping[str, dict[str, Any]], file: Path | None) -> Loaded:
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for source, values in sources.items():
        _merge(merged, values)
        origins |= dict.fromkeys(_flat(values), source)
    try:
        return Loaded(Settings.model_validate(merged), file, origins)
    except ValidationError as error:
        raise SettingsError(_one_line(error, file, origins)) from None


def known_keys(section: type[_Section] = Settings, above: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every setting as (dotted key, default, pydantic field)."""
    for name, field in section.model_fields.items():
        if isinstance(field.default, _Section):
            yield from known_keys(type(field.default), f"{above}{name}.")
        else:
            yield above + name, field.default, field


SECRETS = tuple(key for key, _, field in known_keys() if not field.repr)
"""The settings that nobody is shown."""


def put(into: dict[str, Any], key: str, value: object) -> None:
    """A setting by its dotted key, as the file would nest it."""
    *sections, name = key.split(".")
    for section in sections:
        into = into.setdefault(section, {})
    into[name] = value


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:  # a number of thousands of digits is a mere ValueError
        raise SettingsError(f"{file} cannot be read: {error}; mend the file or name another with --config") from None


def _environment() -> dict[str, Any]:
    known = {PREFIX + key.replace(".", "__").upper(): key for key, _, _ in known_keys()}
    said: dict[str, Any] = {}
    for name, value in os.environ.items():
        if not name.upper().startswith(PREFIX) or name.upper() in NOT_SETTINGS:
            continue
        if name.upper() not in known:
            near = _near(name.upper(), set(known))
            raise SettingsError(f"environment variable {name} is no setting: unset it, or use one of {near}")
        put(said, known[name.upper()], value)
    return said


def _near(name: str, known: set[str]) -> str:
    from difflib import get_close_matches

    return ", ".join(get_close_matches(name, known, 3, 0.5) or sorted(known))


def _merge(into: dict[str, Any], values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, dict) else value


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict) and above + key not in TABLES:
            yield from _flat(value, f"{above}{key}.")
        else:
            yield above + key


def _one_line(error: ValidationError, file: Path | None, origins: Mapping[str, str]) -> str:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"] if isinstance(part, str))
    fields = {known: field for known, _, field in known_keys()}
    said = origins.get(key) or next((origins[inner] for inner in origins if inner.startswith(f"{key}.")), "file")
    where = {"file": str(file), "environment": "the environment"}.get(said, "the command line")
    if first["type"] == "extra_forbidden":
        return f"{where}: {key} is no setting: use one of {_near(key, set(fields))}"
    secret = key in SECRETS or key not in fields
    value = "" if secret else " = " + _PASSWORD.sub("//...@", repr(first["input"]))
    example = f"; for example {key} = {fields[key].examples[0]!r}" if key in fields else ""
    return f"{where}: {key}{value} cannot be used: {fix_of(first)}{example}"
