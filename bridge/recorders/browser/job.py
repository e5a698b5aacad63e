"""Windows: what is put into our job ends when the bridge does, however that ends. Elsewhere ``setpriv`` sees to it."""

import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes
    from functools import cache

    KILL_ON_JOB_CLOSE = 0x2000
    EXTENDED_LIMITS = 9
    SET_QUOTA_AND_TERMINATE = 0x0100 | 0x0001

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )

    class _Limits(ctypes.Structure):
        _fields_ = (
            ("Basic", _BasicLimits),
            ("IoCounters", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        )

    @cache
    def _job() -> int:
        """Ours, for as long as this process lives: the system closes it then."""
        kernel = _kernel()
        job = kernel.CreateJobObjectW(None, None)
        limits = _Limits()
        limits.Basic.LimitFlags = KILL_ON_JOB_CLOSE
        kernel.SetInformationJobObject(job, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        return int(job or 0)

    @cache
    def _kernel() -> "ctypes.WinDLL":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD,
        )  # fmt: skip
        kernel.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
        return kernel

    def ends_with_us(pid: int) -> None:
        """That process, and what it starts from now on."""
        kernel = _kernel()
        process = kernel.OpenProcess(SET_QUOTA_AND_TERMINATE, False, pid)
        if process:
            kernel.AssignProcessToJobObject(_job(), process)
            kernel.CloseHandle(process)

else:

    def ends_with_us(pid: int) -> None:
        """That process, and what it starts from now on."""
