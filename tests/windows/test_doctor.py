"""What doctor reads in Windows' registry. The keys are those of Windows 10 and 11, written here: Wine has none."""

import json
import struct

from bridge.ops.check_windows import FIREWALL, POWER, PROFILES, SLEEP

from .pc import FOLDER, Pc

DATA = r"C:\Arzt"
SERVER = rf"{DATA}\livekit-server.exe"
PYTHON = rf"C:\{FOLDER}\python.exe"
SCHEME = "381b4222-f694-41f0-9685-ff5bb260df2e"


def _network(name: str, category: int, year: int) -> list[str]:
    stamp = ",".join(f"{byte:02x}" for byte in struct.pack("<8H", year, 11, 1, 23, 8, 0, 0, 0))
    key = rf"[HKEY_LOCAL_MACHINE\{PROFILES}\{{{name}}}]"
    return [key, f'"ProfileName"="{name}"', f'"Category"=dword:{category}', f'"DateLastConnected"=hex:{stamp}']


def _write(pc: Pc, *lines: str) -> None:
    file = pc.file(r"C:\schluessel.reg")
    file.write_text("\r\n".join(("Windows Registry Editor Version 5.00", "", *lines, "")), "utf-16", newline="")
    assert pc.run("regedit", "/S", r"C:\schluessel.reg").code == 0


def _doctor(pc: Pc) -> dict[str, list[tuple[str, str, str]]]:
    """The findings by what they are about: level, detail, todo."""
    words = ("doctor", "--json", "--data", DATA, "--config", rf"{DATA}\config.toml")
    found: dict[str, list[tuple[str, str, str]]] = {}
    for finding in json.loads(pc.bridge(*words).out)["findings"]:
        found.setdefault(finding["what"], []).append((finding["level"], finding["detail"], finding["todo"]))
    return found


def _rule(action: str, program: str, protocol: int) -> str:
    path = program.replace("\\", "\\\\")
    text = f"v2.31|Action={action}|Active=TRUE|Dir=In|Protocol={protocol}|Profile=Private|App={path}|Name=x|"
    return f'"{{{action}-{protocol}}}"="{text}"'


def test_doctor_says_the_command_that_lets_guests_in_and_that_the_pc_falls_asleep(pc: Pc) -> None:
    pc.file(DATA).mkdir()
    pc.file(SERVER).write_bytes(b"MZ")
    settings = f"listen = '0.0.0.0:8790'\n[local]\nadvertise = '192.0.2.7'\nbinary = '{SERVER}'\n"
    (pc.file(DATA) / "config.toml").write_text(settings)
    rules = rf"[HKEY_LOCAL_MACHINE\{FIREWALL}\FirewallRules]"
    sleep = rf"[HKEY_LOCAL_MACHINE\{POWER}\PowerSettings\{SLEEP}\DefaultPowerSchemeValues\{SCHEME}]"
    active = rf"[HKEY_LOCAL_MACHINE\{POWER}\User\PowerSchemes]"
    _write(pc, *_network("Hotel", 0, 2024), *_network("Studio", 1, 2026), rules, _rule("Block", SERVER, 17),
           active, f'"ActivePowerScheme"="{SCHEME}"', sleep, '"ACSettingIndex"=dword:708')  # fmt: skip
    found = _doctor(pc)
    assert found["network"] == [("ok", "Studio, a private one", "")]
    (level, _, python), (_, kept_out, server) = found["firewall"]
    add = rf'add rule name="vmix-bridge python" dir=in action=allow program="{PYTHON}" profile=private'
    assert (level, python) == ("bad", f"as an administrator: netsh advfirewall firewall {add}")
    assert kept_out == "it keeps others from livekit-server"
    turn = f'set rule name=all dir=in program="{SERVER}" new action=allow'
    assert server == f"as an administrator: netsh advfirewall firewall {turn}"
    assert found["power"][0][1:] == (
        "this PC falls asleep after 30 minutes without a key press, calls or not",
        "powercfg /change standby-timeout-ac 0",
    )

    changed = rf"[HKEY_LOCAL_MACHINE\{POWER}\User\PowerSchemes\{SCHEME}\{SLEEP}]"
    _write(pc, rules, '"{Block-17}"=-', _rule("Allow", PYTHON, 6), _rule("Allow", SERVER, 17),
           changed, '"ACSettingIndex"=dword:0')  # fmt: skip
    found = _doctor(pc)
    assert [level for level, *_ in found["firewall"]] == ["ok", "ok"]
    assert found["power"] == [("ok", "this PC does not fall asleep by itself", "")]

    _write(pc, *_network("Messe", 0, 2027))
    found = _doctor(pc)
    assert found["network"][0][:2] == ("warn", "Windows takes Messe for a public one, where it lets least in")
    assert [level for level, *_ in found["firewall"]] == ["bad", "bad"]
