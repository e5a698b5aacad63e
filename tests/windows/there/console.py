"""On Windows: ``console.py break|close PID``: what that process meets when its console is told so.

It is done as Windows does it: the process gets a thread that runs its handlers. When the console closes, the process is
ended as soon as that thread returns, at the latest after five seconds; Wine's own console knows no such end.
"""

import ctypes
import sys
from ctypes import wintypes

assert sys.platform == "win32"

EVENTS = {"break": 1, "close": 2}
EVERYTHING = 0x1FFFFF
MILLISECONDS = 5000
ENDED_BY_CLOSING = 0xC000013A

kernel = ctypes.WinDLL("kernel32", use_last_error=True)
kernel.OpenProcess.restype = kernel.GetModuleHandleW.restype = kernel.CreateRemoteThread.restype = wintypes.HANDLE
kernel.GetProcAddress.restype = ctypes.c_void_p
kernel.GetProcAddress.argtypes = (wintypes.HANDLE, ctypes.c_char_p)
kernel.CreateRemoteThread.argtypes = (
    wintypes.HANDLE, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p, wintypes.DWORD, ctypes.c_void_p
)  # fmt: skip
kernel.TerminateProcess.argtypes = (wintypes.HANDLE, wintypes.UINT)


def tell(event: str, pid: int) -> None:
    process = kernel.OpenProcess(EVERYTHING, False, pid)
    routine = kernel.GetProcAddress(kernel.GetModuleHandleW("kernelbase.dll"), b"CtrlRoutine")
    thread = kernel.CreateRemoteThread(process, None, 0, routine, EVENTS[event], 0, None)
    assert all((process, routine, thread)), ctypes.get_last_error()
    both = (wintypes.HANDLE * 2)(process, thread)
    kernel.WaitForMultipleObjects(2, both, False, MILLISECONDS)
    if event == "close":
        kernel.TerminateProcess(process, ENDED_BY_CLOSING)  # too late for one that has ended by itself


tell(sys.argv[1], int(sys.argv[2]))
