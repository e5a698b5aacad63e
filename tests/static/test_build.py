"""What the build hook puts into a wheel."""

import gzip
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent.parent
PAGES = "bridge/static/"


@pytest.fixture(scope="module", params=["npm", "no npm"])
def wheel(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """One of a clean checkout, built apart from everything that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    generated = shutil.ignore_patterns("node_modules", "vendor", ".*", "__pycache__")
    for part in ("bridge", "vmix_scripts"):
        shutil.copytree(HOUSE / part, checkout / part, ignore=generated)
    for file in (*HOUSE.glob("*.*"), HOUSE / ".gitignore"):
        if file.is_file():
            shutil.copy(file, checkout)
    environment = dict(os.environ)
    if request.param == "no npm":
        environment["PATH"] = str(bare_path(folder / "bin"))
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(checkout)]
    built = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


def bare_path(folder: Path) -> Path:
    """What is on PATH here, but for node and npm."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*"):
            if program.name not in ("node", "npm", "npx") and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program)
    return folder


def test_a_wheel_holds_what_pages_load_and_nothing_else_of_them(wheel: zipfile.ZipFile) -> None:
    inside = {name.removeprefix(PAGES) for name in wheel.namelist() if name.startswith(PAGES)}
    assert {"vendor/livekit-client.js", "vendor/lit-html/lit-html.js", "vendor/lit-html/directives/repeat.js"} <= inside
    licenses = {"vendor/livekit-client.LICENSE", "vendor/lit-html/LICENSE", "vendor/uqr.LICENSE"}
    assert licenses <= inside
    plain = {name for name in inside - licenses if not name.endswith(".gz")}
    assert {Path(name).suffix for name in plain} <= {".js", ".css", ".html", ".svg"}
    assert all("/" in name and not name.startswith(("tests/", "node_modules/", ".")) for name in plain)
    assert {f"{name}.gz" for name in plain} == inside - plain - licenses


def test_each_file_lies_compressed_beside_itself(wheel: zipfile.ZipFile) -> None:
    squeezed = [name for name in wheel.namelist() if name.startswith(PAGES) and name.endswith(".gz")]
    assert squeezed
    for name in squeezed:
        assert gzip.decompress(wheel.read(name)) == wheel.read(name.removesuffix(".gz"))


def test_the_client_is_a_module_of_the_pinned_version_with_every_name_of_it(
    wheel: zipfile.ZipFile, node_path: str, tmp_path: Path
) -> None:
    module = tmp_path / "client.mjs"
    module.write_bytes(wheel.read(f"{PAGES}vendor/livekit-client.js"))
    script = (
        f"const ours = await import('{module.as_uri()}'), theirs = await import('livekit-client');"
        "const missing = Object.keys(theirs).filter((name) => ours[name] === undefined);"
        "console.log(ours.version === theirs.version, missing.length);"
    )
    ran = subprocess.run(
        ["env", f"PATH={node_path}", "node", "--input-type=module", "-e", script],
        cwd=HOUSE / "bridge" / "static",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "true 0\n", ran.stderr
