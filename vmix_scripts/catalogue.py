"""Every script there is: what it is called, what it does, what can be set in it."""

from dataclasses import dataclass

from vmix_scripts.card import POLICY

FIRST_SEAT, FIRST_SCENE = "first seat", "first scene"


@dataclass(frozen=True)
class Setting:
    """One value of a script's settings block: what stands above it, and what it is where nobody names another.

    ``of``: what it is of the room, for that has another name.
    """

    name: str
    says: str
    default: str | int = ""
    of: str = ""


@dataclass(frozen=True)
class Script:
    """One script: `scripts/<name>.vb` holds its text, `settings` make its block, in their order."""

    name: str
    title: str
    summary: str
    settings: tuple[Setting, ...]


_SLUG = Setting("roomSlug", "The room's short name.")


def _bridge(timeout: int = 5000) -> tuple[Setting, ...]:
    return (
        Setting("bridgeUrl", "Where vMix reaches the bridge."),
        _SLUG,
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
_SCENE = Setting(
    "scene",
    "A seat (guest1), a seat's screen (guest1.screen), grid, speaker, chat, or a take scene (main).",
    of=FIRST_SCENE,
)
_PAGES = (
    Setting("parameters", "What else its address says, as in name=1&slate=black (empty: nothing)."),
    Setting(
        "silent",
        "Scenes whose inputs carry no sound: people are heard by the inputs of their seats, and once is enough.",
        "grid,speaker,chat",
    ),
)
_ADDED = (
    Setting("addSeats", "1 or 0: the scene of every seat, with its sound.", "1"),
    Setting("addScreens", "1 or 0: the scene of every seat's screen.", "0"),
    Setting("addRooms", "Scenes of the whole room, with commas: grid, speaker, chat (empty: none).", "grid"),
    Setting(
        "addTakes",
        "Take scenes, with commas (empty: none). Where the seats are on all the time, put them under silent, too.",
        "main",
    ),
)
_MEND = Setting(
    "mendInputs",
    "1 or 0: load an input's page again where nothing was heard of it for 10 s and vMix shows it nowhere.",
    "1",
)
_AUDIO = Setting(
    "audio", "Sound of a new input: on, off, or empty: it follows program, so that the one on air is the one heard."
)


def _force(does: str) -> Setting:
    return Setting("force", f"1 or 0: {does} what is in program or in an overlay, too.", "0")


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
        "Asks for the room's state every second and mends its inputs, until it is stopped with ScriptStop.",
        _bridge(timeout=3000) + _TITLE + _DYNAMIC + (_MEND,) + _PAGES,
    ),
    Script(
        "input-add",
        "Add a person as an input",
        "Adds a seat's scene, or the room's, as a Web Browser input; finds the input again where it is there already.",
        (*_bridge(), _SCENE, *_PAGES, _AUDIO, _force("takes to its scene again")),
    ),
    Script(
        "inputs-add",
        "Add everybody as inputs",
        "Adds every seat, the grid and the take scene as Web Browser inputs; finds those again that are there already.",
        (*_bridge(), *_ADDED, *_PAGES, _AUDIO, _force("takes to its scene again")),
    ),
    Script(
        "input-remove",
        "Remove an input",
        "Removes the input of a scene, unless it is on air.",
        (_SLUG, _SCENE, _force("removes")),
    ),
    Script(
        "inputs-reload",
        "Load the inputs again",
        "Loads the pages of all inputs of the room again, those on air excepted.",
        (_SLUG, _force("loads again")),
    ),
    Script(
        "people",
        "Write the names into titles",
        "Writes what the person in each seat is called into title fields called like the seats: guest1.Text.",
        (*_bridge(), Setting("titleInput", "The titles to write into: their names, numbers or keys, with commas.")),
    ),
    Script(
        "hand",
        "A hand on somebody",
        "Mutes, blocks, promotes, lets in or puts out somebody in the room, or says something to them.",
        (
            *_bridge(),
            Setting("hand", "mute, unmute, block, allow, promote, demote, say, remove, admit or refuse.", "mute"),
            Setting("who", "A seat (guest1), or all, speakers, viewers, seats, next.", of=FIRST_SEAT),
            Setting("what", "Of mute, block and allow: mic, camera, screen, all (empty: mic)."),
            Setting("text", "Of say: the words, which stay on their page until they are read."),
        ),
    ),
    Script(
        "record-start",
        "Record the room",
        "Records from now on, whatever the room's policy says, until it is stopped or the room is.",
        _bridge(),
    ),
    Script(
        "record-stop",
        "Stop recording the room",
        "Ends the recording; the call goes on, and the files stay.",
        _bridge(),
    ),
    Script(
        "take",
        "Take a seat on air",
        "Shows a seat on a take scene, as the input main@<room> has it, from its first picture on.",
        (
            *_bridge(),
            Setting("scene", "The take scene.", "main"),
            Setting(
                "seat", "The seat to show (guest1), or its screen (guest1.screen); empty: the slate.", of=FIRST_SEAT
            ),
            Setting(
                "dynamicValue", "1 to 4: a dynamic value of vMix that names the seat, unless it is empty (empty: none)."
            ),
        ),
    ),
)


def find(name: str) -> Script:
    """The script called `name`; KeyError, with the names there are, when there is none."""
    for script in SCRIPTS:
        if script.name == name:
            return script
    raise KeyError(f"no script {name!r}; there are {', '.join(script.name for script in SCRIPTS)}")
