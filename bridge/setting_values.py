"""What the value of a setting may be, and how it is written."""

import ipaddress
import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

_PORT = re.compile("[0-9]{1,5}")
_NAME = re.compile(r"[\w-]+(\.[\w-]+)*\.?")
_SCENE = re.compile(r"[a-z0-9-]+(\.screen)?@[a-z0-9-]+")


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


def _listen_or_not(value: str) -> str:
    return _listen(value) if value else ""


def _host_or_not(value: str) -> str:
    if not _NAME.fullmatch(value) and value:
        try:
            ipaddress.ip_address(value)
        except ValueError:
            raise ValueError("write a name or an IP address, without a port") from None
    return value


def _inputs(value: object) -> dict[str, str]:
    """A table, or ``title=scene`` with commas between them."""
    if isinstance(value, str):
        pairs = [part.rpartition("=") for part in value.split(",") if part.strip()]
        value = {title.strip(): scene.strip() for title, _, scene in pairs}
    if not isinstance(value, dict) or not all(
        title and isinstance(scene, str) and _SCENE.fullmatch(scene) for title, scene in value.items()
    ):
        raise ValueError('each line is an input and what it shows, as in "Camera 5" = "guest1@main-stage"')
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


def _max_scenes(value: object) -> Literal["auto"] | int:
    if value == "auto":
        return "auto"
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if type(number) is not int or not 0 <= number <= 1000:
        raise ValueError('write "auto", or a number from 0 to 1000')
    return number


def split_listen(value: str) -> tuple[str, int]:
    """``HOST:PORT`` or ``[v6]:PORT`` as a pair; ``ValueError`` says how to write it."""
    host, colon, port = value.rpartition(":")
    if not colon or not _PORT.fullmatch(port) or (":" in host and not host.startswith("[")):
        raise ValueError("write it as HOST:PORT, as in 127.0.0.1:8790 or [::1]:8790")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether an address or a name leads to this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # another machine's name
        return False


Listen = Annotated[str, AfterValidator(_listen)]
ListenOrNot = Annotated[str, AfterValidator(_listen_or_not)]
Advertise = Annotated[str, AfterValidator(_advertise)]
HostOrNot = Annotated[str, AfterValidator(_host_or_not)]
Inputs = Annotated[dict[str, str], PlainValidator(_inputs)]
HttpUrl = Annotated[str, _url("http", "https")]
HttpUrls = Annotated[list[Annotated[HttpUrl, Field(min_length=1)]], BeforeValidator(_split)]
LiveKitUrl = Annotated[str, _url("ws", "wss", "http", "https")]
Names = Annotated[list[str], BeforeValidator(_split)]
Origins = Annotated[list[str], BeforeValidator(_split), AfterValidator(_origin)]
Proxies = Annotated[list[str], BeforeValidator(_split), AfterValidator(_networks)]
Number = Annotated[int, BeforeValidator(_number)]
MaxScenes = Annotated[Literal["auto"] | int, PlainValidator(_max_scenes)]
Port = Annotated[Number, Field(ge=1, le=65535)]
