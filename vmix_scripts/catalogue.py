"""Every script there is: what it is called, what it does, what can be set in it."""

from dataclasses import dataclass

from vmix_scripts.card import POLICY


@dataclass(frozen=True)
class Setting:
    """One value of a script's settings block: what stands above it, and what it is where nobody names another."""

    name: str
    says: str
    default: str | int = ""


@dataclass(frozen=True)
class Script:
    """One script: `scripts/<name>.vb` holds its text, `settings` make its block, in their order."""

    name: str
    title: str
    summary: str
    settings: tuple[Setting, ...]


def _bridge(timeout: int = 5000) -> tuple[Setting, ...]:
    return (
        Setting("bridgeUrl", "Where vMix reaches the bridge."),
        Setting("roomSlug", "The room's short name."),
        Setting("roomKey", "The room's own key."),
        Setting("timeoutMs", "How long to wait for the bridge, in milliseconds.", timeout),
    )


_POLICY = (
    Setting("roomName", "The room's name, as people read it."),
    *(Setting(word, says) for word, says in POLICY.items()),
)
_NEW_POLICY = (
    Setting("newName", "A new name for people to read."),
    *(Setting(f"new{word.capitalize()}", says) for word, says in POLICY.items()),
)
_TITLE = (
    Setting("titleInput", "The title that shows the state: the input's name, number or key (empty: none)."),
    Setting("titleField", "The title's text field.", "Headline.Text"),
    Setting("titleColourField", "The text field to colour, mostly the same one (empty: none)."),
    Setting("colourLive", "Its colour when people are inside.", "#00C853"),
    Setting("colourReady", "Its colour when the room is open and nobody is inside.", "#FFFFFF"),
    Setting("colourStopped", "Its colour when the room is stopped.", "#9E9E9E"),
    Setting("colourTrouble", "Its colour when something is wrong.", "#FF5252"),
)
_DYNAMIC = (
    Setting(
        "dynamicValue",
        "1 to 4: the dynamic value of vMix that holds live, ready, stopped, check or trouble (empty: none).",
    ),
)

SCRIPTS: tuple[Script, ...] = (
    Script(
        "create",
        "Create the room",
        "Makes the room with the policy below and opens it; makes it again after it was removed.",
        _bridge() + _POLICY,
    ),
    Script("start", "Start the room", "Opens the room, so that people can come in.", _bridge()),
    Script("stop", "Stop the room", "Ends the call and closes the room; the room itself stays.", _bridge()),
    Script(
        "set",
        "Change the room",
        "Changes the room's policy; what is left empty in its settings stays as it is.",
        _bridge() + _NEW_POLICY,
    ),
    Script(
        "status",
        "Show the room's state",
        "Asks for the room's state once and says what is wrong, if anything is.",
        _bridge() + _TITLE,
    ),
    Script(
        "watch",
        "Keep the room's state on a title",
        "Asks for the room's state every second, until it is stopped with ScriptStop.",
        _bridge(timeout=3000) + _TITLE + _DYNAMIC,
    ),
)


def find(name: str) -> Script:
    """The script called `name`; KeyError, with the names there are, when there is none."""
    for script in SCRIPTS:
        if script.name == name:
            return script
    raise KeyError(f"no script {name!r}; there are {', '.join(script.name for script in SCRIPTS)}")
