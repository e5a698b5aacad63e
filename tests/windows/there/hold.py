"""On Windows: ``hold.py FILE``: has it open and shares it with nobody, as an editor does, until stdin ends."""

import ctypes
import sys
from ctypes import wintypes

assert sys.platform == "win32"

GENERIC_READ, NOT_SHARED, OPEN_EXISTING = 0x80000000, 0, 3

kernel = ctypes.WinDLL("kernel32", use_last_error=True)
kernel.CreateFileW.restype = ctypes.c_void_p
handle = kernel.CreateFileW(sys.argv[1], GENERIC_READ, NOT_SHARED, None, OPEN_EXISTING, 0, None)
assert handle != ctypes.c_void_p(-1).value, ctypes.get_last_error()
kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
print("held", flush=True)
sys.stdin.read()
kernel.CloseHandle(handle)
print("let go", flush=True)
