"""What Windows itself puts between guests and this PC: its firewall, the kind of network, and its sleep.

At log-on nobody sees the firewall's own question: signalling works then, through a proxy on this PC, and
the picture does not. All of it is read from the registry, which any user may read.
"""

import os
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge.livekit_server.install import find
from bridge.ops.check_network import media_address, runs_server
from bridge.ops.finding import Case, Finding, bad, ok, warn
from bridge.setting_values import is_loopback, split_listen

PROFILES = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles"
FIREWALL = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
POWER = r"SYSTEM\CurrentControlSet\Control\Power"
SLEEP = r"238c9fa8-0aad-41ed-83f4-97be242c8f20\29f6c1db-86da-48c5-9fdb-f2b67b1f44da"
CATEGORIES = {0: "Public", 1: "Private", 2: "Domain"}
SWITCHES = {"Public": "PublicProfile", "Private": "StandardProfile", "Domain": "DomainProfile"}
PROTOCOLS = {"6": "tcp", "17": "udp"}

Verdict = Literal["allowed", "blocked", "missing"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for what comes in. What is empty is not asked about."""

    allows: bool
    profiles: frozenset[str]
    protocol: str
    ports: tuple[str, ...]
    program: str

    def concerns(self, program: str, protocol: str, port: int, profile: str) -> bool:
        return (
            (not self.profiles or profile in self.profiles)
            and self.protocol in ("", protocol)
            and (not self.ports or any(_holds(ports, port) for ports in self.ports))
            and self.program in ("", program.casefold())
        )


def parse_rule(text: str) -> Rule | None:
    """``v2.30|Action=Allow|Active=TRUE|Dir=In|…``; None for one that is off, or for what goes out."""
    words: dict[str, list[str]] = {}
    for part in text.split("|"):
        name, _, value = part.partition("=")
        words.setdefault(name, []).append(value)
    if words.get("Active") != ["TRUE"] or words.get("Dir") != ["In"]:
        return None
    number = words.get("Protocol", [""])[0]
    return Rule(
        words.get("Action") == ["Allow"],
        frozenset(words.get("Profile", [])),
        PROTOCOLS.get(number, number),
        tuple(words.get("LPort", [])),
        os.path.expandvars(words.get("App", [""])[0]).casefold(),
    )


def judge(rules: Iterable[Rule], program: str, protocol: str, port: int, profile: str) -> Verdict:
    """What becomes of a packet to that program; a rule that blocks wins."""
    answers = {rule.allows for rule in rules if rule.concerns(program, protocol, port, profile)}
    return "blocked" if False in answers else "allowed" if answers else "missing"


def command(verdict: Verdict, program: str, profile: str) -> str:
    """What an administrator runs; for ``blocked`` it turns the rules that Windows' own question left behind."""
    if verdict == "blocked":
        return f'netsh advfirewall firewall set rule name=all dir=in program="{program}" new action=allow'
    name = f"vmix-bridge {Path(program.replace(chr(92), '/')).stem}"
    return (
        f'netsh advfirewall firewall add rule name="{name}" dir=in action=allow program="{program}"'
        f" profile={profile.lower()}"
    )


def last_connected(stamp: object) -> tuple[int, ...]:
    """A profile's ``DateLastConnected``, to compare: year, month, day, hour and so on."""
    if not isinstance(stamp, bytes) or len(stamp) != 16:
        return ()
    year, month, _, *rest = struct.unpack("<8H", stamp)
    return (year, month, *rest)


def _holds(ports: str, port: int) -> bool:
    first, _, last = ports.partition("-")
    return first.isdecimal() and int(first) <= port <= int(last if last.isdecimal() else first)


def _network() -> tuple[str, str]:
    """Name and category of the network that was connected last; without one the category is the strictest."""
    profiles = [_values(rf"{PROFILES}\{key}") for key in _keys(PROFILES)]
    newest = max(profiles, key=lambda profile: last_connected(profile.get("DateLastConnected")), default={})
    number = newest.get("Category")
    return str(newest.get("ProfileName", "")), CATEGORIES.get(number if isinstance(number, int) else 0, "Public")


def network(case: Case) -> Iterator[Finding]:
    name, category = _network()
    if not name:
        yield ok("network", "Windows knows of none")
    elif category == "Public":
        todo = "if it is yours, make it a private one: Settings > Network & internet > its properties"
        yield warn("network", f"Windows takes {name} for a public one, where it lets least in", todo)
    else:
        yield ok("network", f"{name}, a {category.lower()} one")


def firewall(case: Case) -> Iterator[Finding]:
    """Whether the bridge and its livekit-server may be reached, where the settings want them to be."""
    profile = _network()[1]
    if not _values(rf"{FIREWALL}\{SWITCHES[profile]}").get("EnableFirewall", 1):
        yield ok("firewall", f"Windows' own is off for {profile.lower()} networks")
        return
    texts = _values(rf"{FIREWALL}\FirewallRules").values()
    rules = [rule for text in texts if (rule := parse_rule(str(text)))]
    for what, program, protocol, port in _reached(case):
        verdict = judge(rules, program, protocol, port, profile)
        if verdict == "allowed":
            yield ok("firewall", f"lets others reach {what}")
            continue
        why = "keeps others from" if verdict == "blocked" else "has no rule that lets others reach"
        yield bad("firewall", f"it {why} {what}", f"as an administrator: {command(verdict, program, profile)}")


def _reached(case: Case) -> Iterator[tuple[str, str, str, int]]:
    """Who is to be reached from other machines: in words, program, protocol, port."""
    if case.loaded is None:
        return
    settings = case.loaded.settings
    host, port = split_listen(settings.listen)
    if not is_loopback(host):
        yield "the bridge", _python(case), "tcp", port
    binary = find(case.data, settings.local.binary)
    if binary and runs_server(case) and not media_address(case)[1]:
        yield "livekit-server", str(binary.absolute()), "udp", settings.local.udp_port


def _python(case: Case) -> str:
    """The program that listens: the one behind a venv's, and the one without a window where that runs."""
    if case.holder:
        return case.holder.process.exe()
    return str(getattr(sys, "_base_executable", sys.executable))


def power(case: Case) -> Iterator[Finding]:
    seconds = _sleeps_after()
    if seconds is None:
        yield ok("power", "Windows does not tell whether this PC falls asleep")
    elif seconds:
        told = f"this PC falls asleep after {seconds // 60} minutes without a key press, calls or not"
        yield warn("power", told, "powercfg /change standby-timeout-ac 0")
    else:
        yield ok("power", "this PC does not fall asleep by itself")


def _sleeps_after() -> int | None:
    """Seconds, on mains; 0 for never. What nobody changed stands among the defaults."""
    scheme = _values(rf"{POWER}\User\PowerSchemes").get("ActivePowerScheme")
    kept = _values(rf"{POWER}\User\PowerSchemes\{scheme}\{SLEEP}")
    default = _values(rf"{POWER}\PowerSettings\{SLEEP}\DefaultPowerSchemeValues\{scheme}")
    seconds = kept.get("ACSettingIndex", default.get("ACSettingIndex"))
    return seconds if isinstance(seconds, int) else None


CHECKS: tuple[tuple[str, Callable[[Case], Iterable[Finding]]], ...] = ()

if sys.platform == "win32":
    import winreg

    CHECKS = (("network", network), ("firewall", firewall), ("power", power))

    def _values(path: str) -> dict[str, object]:
        """What stands under a key of this machine; nothing where there is none."""
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                found = [winreg.EnumValue(key, number) for number in range(_count(key, 1))]
                return {name: value for name, value, _ in found}
        except FileNotFoundError:
            return {}

    def _keys(path: str) -> list[str]:
        """The keys below one of this machine."""
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
                return [winreg.EnumKey(key, number) for number in range(_count(key, 0))]
        except FileNotFoundError:
            return []

    def _count(key: winreg.HKEYType, which: int) -> int:
        return winreg.QueryInfoKey(key)[which]

else:

    def _values(path: str) -> dict[str, object]:
        return {}

    def _keys(path: str) -> list[str]:
        return []
