"""What is published: the program, and nothing of its tests."""

import subprocess
import sys
import tarfile
from pathlib import Path

HOUSE = Path(__file__).parents[1]


def test_the_sdist_holds_the_program_alone(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)],
        cwd=HOUSE, check=True, capture_output=True,
    )  # fmt: skip
    (made,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(made) as archive:
        tops = {Path(name).parts[1] for name in archive.getnames()}
    assert tops >= {"bridge", "vmix_scripts", "config.toml", "pyproject.toml", "README.md"}
    assert not tops & {"tests"}
