"""Every script there is: what it is called, what it does, what can be set in it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One value of a script's settings block."""

    name: str
    says: str


@dataclass(frozen=True)
class Script:
    """One script: `scripts/<name>.vb` holds its text, `settings` the names of its block in their order."""

    name: str
    title: str
    summary: str
    settings: tuple[Setting, ...]
    changes_in_vmix: str


_BRIDGE = (
    Setting("bridgeUrl", "where vMix reaches the bridge"),
    Setting("roomSlug", "the room's short name"),
    Setting("roomKey", "the room's own key"),
    Setting("timeoutMs", "how long to wait for the bridge, in milliseconds"),
)
_POLICY = (
    Setting("roomName", "the room's name, as people read it"),
    Setting("media", "av, video or audio"),
    Setting("maxPeople", "how many may be inside at once"),
    Setting("webinar", "1: guests may watch without being seen"),
    Setting("chat", "1: people may write to each other"),
    Setting("screen", "1: speakers may share their screen"),
    Setting("record", "1: the call is recorded"),
    Setting("mode", "layout of the recording: grid, chat or speaker"),
)
_NEW_POLICY = (
    Setting("newName", "a new name for people to read"),
    Setting("newMedia", "av, video or audio"),
    Setting("newMax", "how many may be inside at once"),
    Setting("newWebinar", "1 or 0: guests may watch without being seen"),
    Setting("newChat", "1 or 0: people may write to each other"),
    Setting("newScreen", "1 or 0: speakers may share their screen"),
    Setting("newRecord", "1 or 0: the call is recorded"),
    Setting("newMode", "layout of the recording: grid, chat or speaker"),
)
_TITLE = (
    Setting("titleInput", "name, number or key of a title input; empty for no title"),
    Setting("titleField", "the title's text field"),
    Setting("titleColourField", "the text field to colour; empty for no colour"),
    Setting("colourLive", "people are inside"),
    Setting("colourReady", "open, nobody inside"),
    Setting("colourStopped", "stopped"),
    Setting("colourTrouble", "something is wrong"),
)
_DYNAMIC = (Setting("dynamicValue", "1 to 4: the vMix dynamic value that holds the state; empty for none"),)

_NOTHING = "nothing"
_TITLE_CHANGE = "text and colour of the title named in its settings, if one is named"

SCRIPTS: tuple[Script, ...] = (
    Script(
        "create",
        "Create the room",
        "Makes the room with the policy below and opens it; makes it again after it was removed.",
        _BRIDGE + _POLICY,
        _NOTHING,
    ),
    Script("start", "Start the room", "Opens the room, so that people can come in.", _BRIDGE, _NOTHING),
    Script("stop", "Stop the room", "Ends the call and closes the room; the room itself stays.", _BRIDGE, _NOTHING),
    Script(
        "set",
        "Change the room",
        "Changes the room's policy; what is left empty in its settings stays as it is.",
        _BRIDGE + _NEW_POLICY,
        _NOTHING,
    ),
    Script(
        "status",
        "Show the room's state",
        "Asks for the room's state once and says what is wrong, if anything is.",
        _BRIDGE + _TITLE,
        _TITLE_CHANGE,
    ),
    Script(
        "watch",
        "Keep the room's state on a title",
        "Asks for the room's state every second, until it is stopped with ScriptStop.",
        _BRIDGE + _TITLE + _DYNAMIC,
        _TITLE_CHANGE + ", and the dynamic value named there",
    ),
)


def find(name: str) -> Script:
    """The script called `name`; KeyError, with the names there are, when there is none."""
    for script in SCRIPTS:
        if script.name == name:
            return script
    raise KeyError(f"no script {name!r}; there are {', '.join(script.name for script in SCRIPTS)}")
