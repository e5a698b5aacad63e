"""On Windows: ``pages.py PAGE... NAME``: a table with that name under each of these code pages of the console."""

import ctypes
import sys

from bridge.cli.output import table

assert sys.platform == "win32"

*pages, name = sys.argv[1:]
for page in pages:
    assert ctypes.WinDLL("kernel32").SetConsoleOutputCP(int(page))
    table([{"name": name}], ("name",), as_json=False)
print("done")
