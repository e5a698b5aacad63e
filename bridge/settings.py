"""``config.toml`` and the environment become one frozen, typed ``Settings``; nobody reads either of them later.

Sources, strongest first: command line, environment (``VMIX_BRIDGE_LISTEN``, ``VMIX_BRIDGE_LIVEKIT__URL``), file,
default.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bridge.faults import fix_of
from bridge.folder import CONFIG

PREFIX = "VMIX_BRIDGE_"
NOT_SETTINGS = {"VMIX_BRIDGE_CONFIG", "VMIX_BRIDGE_DATA"}
_PORT = re.compile("[0-9]{1,5}")
_PASSWORD = re.compile("//[^/@]*@")


class SettingsError(Exception):
    """A setting that cannot be used: one line that names the key, the value and the fix."""


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _url(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        odd = parts.query or parts.fragment or parts.username or parts.port == 0
        if parts.scheme not in schemes or not parts.hostname or odd:
            raise ValueError(f"write it as {schemes[0]}://host:port")
        return value.rstrip("/")

    return AfterValidator(check)


def _listen(value: str) -> str:
    host, port = split_listen(value)
    if port > 65535:
        raise ValueError("the port is 0 to 65535")
    if host != "localhost":
        ipaddress.ip_address(host)
    return value


def _advertise(value: str) -> str:
    if value not in ("auto", "loopback"):
        ipaddress.IPv4Address(value)
    return value


def _origin(values: list[str]) -> list[str]:
    for value in values:
        parts = urlsplit(value)
        odd = parts.path or parts.query or parts.fragment or parts.username or parts.port == 0
        if parts.scheme not in ("http", "https") or not parts.hostname or odd:
            raise ValueError("an origin is scheme://host[:port], without a path")
    return [value.lower() for value in values]


def _networks(values: list[str]) -> list[str]:
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError:
            raise ValueError(f"{value!r} is neither an IP address nor a network such as 10.0.0.0/8") from None
    return values


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("write a number")
    return value


HttpUrl = Annotated[str, _url("http", "https")]
LiveKitUrl = Annotated[str, _url("ws", "wss", "http", "https")]
Names = Annotated[list[str], BeforeValidator(_split)]
Origins = Annotated[list[str], BeforeValidator(_split), AfterValidator(_origin)]
Proxies = Annotated[list[str], BeforeValidator(_split), AfterValidator(_networks)]
Number = Annotated[int, BeforeValidator(_number)]
Port = Annotated[Number, Field(ge=1, le=65535)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LiveKit(_Section):
    """A LiveKit server that somebody else runs."""

    url: LiveKitUrl = Field("", examples=["wss://livekit.example.com"])
    api_key: str = Field("", examples=["APIabcdef"])
    api_secret: str = Field("", examples=["the secret that belongs to api_key"], repr=False)
    public_url: LiveKitUrl = Field("", examples=["wss://livekit.example.com"])

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
    advertise: Annotated[str, AfterValidator(_advertise)] = Field("auto", examples=["192.168.1.20"])
    stun: bool = Field(False, examples=[False])
    binary: str = Field("", examples=["C:/livekit/livekit-server.exe"])


class Urls(_Section):
    """Under which addresses the bridge is reached."""

    control: HttpUrl = Field("", examples=["http://127.0.0.1:8790"])
    public: HttpUrl = Field("", examples=["https://rooms.example.com"])


class Public(_Section):
    """How guests reach the bridge."""

    trusted_proxies: Proxies = Field([], examples=[["127.0.0.1"]])


class Join(_Section):
    """Who gets in."""

    open_by_id: bool = Field(True, examples=[True])
    max_scenes: Number = Field(8, ge=0, le=1000, examples=[8])
    token_minutes: Number = Field(10, ge=1, le=1440, examples=[10])
    origins: Origins = Field([], examples=[["https://www.example.com"]])


class Settings(_Section):
    """Every setting of the bridge. ``config.toml`` at the top of the project is its annotated reference."""

    listen: Annotated[str, AfterValidator(_listen)] = Field("127.0.0.1:8790", examples=["127.0.0.1:8790"])
    hosts: Names = Field([], examples=[["studio-pc.lan"]])
    media: Literal["auto", "livekit", "local", "rehearsal"] = Field("auto", examples=["auto"])
    livekit: LiveKit = LiveKit()
    local: Local = Local()
    urls: Urls = Urls()
    public: Public = Public()
    join: Join = Join()

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
        section, _, name = key.rpartition(".")
        return getattr(getattr(self.settings, section) if section else self.settings, name)


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


def known_keys() -> Iterator[tuple[str, Any, Any]]:
    """Every setting as (dotted key, default, pydantic field)."""
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, _Section):
            for inner, inner_field in type(field.default).model_fields.items():
                yield f"{name}.{inner}", inner_field.default, inner_field
        else:
            yield name, field.default, field


def split_listen(value: str) -> tuple[str, int]:
    """``HOST:PORT`` or ``[v6]:PORT`` as a pair; ``ValueError`` says how to write it."""
    host, colon, port = value.rpartition(":")
    if not colon or not _PORT.fullmatch(port) or (":" in host and not host.startswith("[")):
        raise ValueError("write it as HOST:PORT, as in 127.0.0.1:8790 or [::1]:8790")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


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
        section, _, key = known[name.upper()].rpartition(".")
        (said.setdefault(section, {}) if section else said)[key] = value
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
        if isinstance(value, dict):
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
    secret = key.endswith("api_secret") or key not in fields
    value = "" if secret else " = " + _PASSWORD.sub("//...@", repr(first["input"]))
    example = f"; for example {key} = {fields[key].examples[0]!r}" if key in fields else ""
    return f"{where}: {key}{value} cannot be used: {fix_of(first)}{example}"
