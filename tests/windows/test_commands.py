"""The command line there: pipes in the code page of the PC, files with names of all kinds, and what doctor says."""

import json

from vmix_scripts import SCRIPTS

from .pc import FOLDER, PYTHON, Pc
from .up import Up, up

NAME = "Bühne 東京 Студия 🎥"


def test_every_name_is_listed_in_a_pipe_of_code_page_1252_and_in_utf_8(rehearsal: Up) -> None:
    rehearsal.press("names/create", name=NAME)
    listed = rehearsal.pc.bridge("rooms", "list", "--data", rehearsal.data, environment={"COLUMNS": "160"})
    assert listed.code == 0, listed
    assert r"Bühne \u6771\u4eac" in listed.text
    shown = rehearsal.pc.bridge("rooms", "show", "names", "--json", "--data", rehearsal.data)
    assert json.loads(shown.out.decode("ascii"))["name"] == NAME
    assert NAME in rehearsal.cli("rooms", "list", environment={"COLUMNS": "160"})


def test_scripts_are_written_and_an_edited_one_is_kept(rehearsal: Up) -> None:
    rehearsal.press("scripted/create")
    out = r"C:\Skripte für vMix"
    assert rehearsal.cli("scripts", "write", "scripted", "--out", out).count(": wrote\n") == len(SCRIPTS) + 1
    start = rehearsal.pc.file(rf"{out}\scripted\scripted-start.vb")
    lines = start.read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"\r\n") for line in lines)
    start.write_bytes(b"' mine\r\n" + start.read_bytes())
    said = rehearsal.cli("scripts", "write", "scripted", "--out", out)
    assert said.count(": unchanged\n") == len(SCRIPTS)
    assert rf"{out}\scripted\scripted-start.vb: kept, a person edited it" in said


def test_a_backup_moves_every_room_and_key_to_a_folder_of_over_260_characters(rehearsal: Up) -> None:
    """Of such names this shows that the bridge cuts none: Wine has no limit, and Windows has it unless its registry
    sets ``LongPathsEnabled``."""
    long = "C:\\" + "\\".join(["ein langer Name für einen Ordner der Regie"] * 7)
    assert len(long) > 260
    rehearsal.press("moved/create", name=NAME)
    key = rehearsal.cli("keys", "show", "moved")
    assert rehearsal.cli("backup", r"C:\Sicherung für Übung.zip") == "C:\\Sicherung für Übung.zip\n"
    done = rehearsal.pc.bridge("restore", r"C:\Sicherung für Übung.zip", "--data", long)
    assert done.code == 0, done
    with up(rehearsal.pc, long) as other:
        assert other.press("moved").endswith(f"name={NAME}")
        assert other.cli("keys", "show", "moved") == key


def test_doctor_finds_a_running_bridge_well(rehearsal: Up) -> None:
    found = json.loads(rehearsal.cli("doctor", "--json"))
    assert found["success"], found
    said = {finding["what"]: finding["detail"] for finding in found["findings"]}
    assert said["service"] == f"process {rehearsal.pid} on {rehearsal.url}, media: rehearsal"
    assert "current generation is readable" in said["store"]


def test_hints_name_the_program_as_it_was_called(pc: Pc) -> None:
    done = pc.bridge("rooms", "list", "--data", r"C:\nichts")
    assert done.code == 3
    assert f'start it with: "{FOLDER}\\python" -m bridge up' in done.text


def test_files_are_opened_as_utf_8_whatever_the_code_page(pc: Pc) -> None:
    """An ``open`` without an encoding would be a warning here, and that an error."""
    strict = ("-X", "warn_default_encoding", "-W", "error::EncodingWarning:bridge")
    done = pc.run(PYTHON, *strict, "-m", "bridge", "doctor", "--data", r"C:\nichts")
    assert done.code == 0, done
