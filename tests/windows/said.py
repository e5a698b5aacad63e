"""What a program says, read while it runs."""

import os
import select
import subprocess
import threading


class Said:
    """Reads ``stream``, and closes it, until ``process`` has ended: under Wine a child that outlives it has it too."""

    def __init__(self, process: "subprocess.Popen[bytes]", stream: int) -> None:
        self._process, self._stream = process, stream
        self._bytes = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def text(self) -> str:
        return self._bytes.decode("utf-8", "replace")

    @property
    def more_may_come(self) -> bool:
        return self._thread.is_alive()

    def finish(self) -> None:
        """Return when the last word is here; ``process`` has ended."""
        self._thread.join()

    def _read(self) -> None:
        try:
            while self._is_ready() and (chunk := os.read(self._stream, 65536)):
                self._bytes += chunk
        except OSError:
            pass  # nobody has the other end of the terminal any more
        os.close(self._stream)

    def _is_ready(self) -> bool:
        while True:
            ended = self._process.poll() is not None
            if select.select([self._stream], [], [], 0.05)[0]:
                return True
            if ended:
                return False
