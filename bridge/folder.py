"""The data folder: every file name in it, once. Names are relative to the folder, with ``/`` between parts."""

from pathlib import Path

STORE = "store.json"
PREVIOUS_STORE = f"{STORE}.bak"
LOCK = "store.lock"
NOTE = "service.json"
"""Who runs a bridge on the folder, and at which address."""
SECRET = "secret"
"""What keys and link codes are derived from."""
TOKEN = "token"
"""The first user's API token, where the command line finds it."""
CONSOLES = "consoles.json"
"""Who is logged in at the console."""
CONFIG = "config.toml"
LOGS = "logs"
LOG = f"{LOGS}/bridge.log"
LIVEKIT = "livekit"
"""The livekit-server of this machine: the program, its key, its settings, what it says."""
LIVEKIT_KEYS = f"{LIVEKIT}/keys.json"
SERVER_CONFIG = f"{LIVEKIT}/server-config.json"
SERVER_NOTE = f"{LIVEKIT}/server.json"
WEBHOOK_PORT = f"{LIVEKIT}/webhook-port"
"""Where the livekit-server of this machine tells what happens."""
SERVER_LOG = f"{LIVEKIT}/server.log"
RECORDINGS = "recordings"
"""What was recorded, where no other place is configured."""
RECORDERS = "recorders"
"""The browsers that record, while they do: a folder each."""


def default_data() -> Path:
    """The platform's own data folder for this user."""
    from platformdirs import user_data_path

    return user_data_path("vmix-bridge", appauthor=False)


def recordings_folder(data: Path, configured: str) -> Path:
    """Where the files of recordings lie: the folder of ``[recording] folder``, else the one in the data folder."""
    return Path(configured).expanduser() if configured else data / RECORDINGS
