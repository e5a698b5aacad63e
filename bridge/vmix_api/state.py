"""The state of vMix as its XML tells it, and which inputs are seen in it.

Read piece by piece and without a tree, so that no answer costs more than its pieces: what declares a document type, and
with it entities, is refused before it can.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from xml.parsers import expat

MOST_INPUTS = 1000
"""As many as vMix takes."""
MOST_ELEMENTS = 100_000
DEEPEST = 32
LONGEST = 300
"""Characters of a title, and of whatever else is read."""
PROGRAM, PREVIEW = "1", "2"
"""How a tally says it, a digit for each input."""


class NotVmix(Exception):
    """What answers is not understood; the text says why."""


@dataclass(frozen=True, slots=True)
class Input:
    """``titles`` are its whole one and its short one, where that is another."""

    number: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What vMix shows: ``program`` and ``preview`` with all that is seen through layers, overlays and mixes."""

    version: str
    inputs: tuple[Input, ...]
    program: tuple[Input, ...]
    preview: tuple[Input, ...]


@dataclass(slots=True)
class State:
    """One answer. ``named`` are inputs by their number and by their key: both are used to name one.

    ``layers`` and ``mixes`` are what is seen where an input is, by its number.
    """

    version: str = ""
    black: bool = False
    inputs: list[Input] = field(default_factory=list)
    named: dict[str, Input] = field(default_factory=dict)
    layers: dict[int, list[str]] = field(default_factory=dict)
    mixes: list[int] = field(default_factory=list)
    """Numbers of the inputs that are a mix: the first of them is mix 2."""
    active: dict[str, str] = field(default_factory=dict)
    """What a mix has in its program, by the mix."""
    overlays: dict[str, list[str]] = field(default_factory=lambda: {PROGRAM: [], PREVIEW: []})

    def look(self, tally: str) -> Look:
        """With what vMix tallies, which comes sooner. Behind black nothing is on air."""
        on_air = () if self.black else self._seen(tally, PROGRAM)
        return Look(self.version, tuple(self.inputs), on_air, self._seen(tally, PREVIEW))

    def _seen(self, tally: str, where: str) -> tuple[Input, ...]:
        """In program, say: tallied there, in an overlay, or seen through one that is."""
        seen: dict[int, Input] = {}
        names = [str(number) for number, said in enumerate(tally, 1) if said == where]
        names += self.overlays[where]
        while names:
            one = self.named.get(names.pop())
            if one and one.number not in seen:
                seen[one.number] = one
                names += self._through(one)
        return tuple(seen.values())

    def _through(self, one: Input) -> Iterable[str]:
        yield from self.layers.get(one.number, ())
        if one.number in self.mixes:
            yield self.active.get(str(self.mixes.index(one.number) + 2), "")


class StateReader:
    """Reads one answer, piece by piece. Most of it is passed over: an answer of a large show is 100 KB."""

    def __init__(self) -> None:
        self._state, self._elements, self._depth = State(), 0, 0
        self._section, self._number = "", ""
        """The child of the root that is read, and the number it has."""
        self._input: int | None = None
        self._text = ""
        self._wanted: Callable[[str], object] | None = None
        """What takes the text of the element that is read."""
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def feed(self, piece: bytes) -> None:
        """Raises ``NotVmix``."""
        self._parse(piece, last=False)

    def state(self) -> State:
        """Once all pieces were fed. Raises ``NotVmix`` where one is missing."""
        self._parse(b"", last=True)
        return self._state

    def _parse(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise NotVmix(f"its state is no XML: {error}") from None

    def _refuse(self, *_: object) -> None:
        raise NotVmix("its state declares a document type, as vMix does not")

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._depth == 4:
            if tag == "overlay" and self._input is not None:
                self._state.layers.setdefault(self._input, []).append(attributes.get("key", ""))
        elif self._depth == 3:
            self._start_part(tag, attributes)
        elif self._depth == 2:
            self._start_section(tag, attributes)
        elif self._depth == 1 and tag != "vmix":
            raise NotVmix("what answers there is no vMix")
        if self._elements > MOST_ELEMENTS or self._depth > DEEPEST:
            raise NotVmix("its state has more parts than vMix gives it")

    def _start_section(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._section, self._number, self._input = tag, attributes.get("number", ""), None
        if tag == "version":
            self._want(partial(setattr, self._state, tag))
        elif tag == "fadeToBlack":
            self._want(self._is_black)

    def _start_part(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._input = None
        match self._section, tag:
            case "inputs", "input":
                self._start_input(attributes)
            case "overlays", "overlay":
                preview = attributes.get("preview", "").lower() == "true"
                self._want(self._state.overlays[PREVIEW if preview else PROGRAM].append)
            case "mix", "active":
                self._want(partial(self._state.active.__setitem__, self._number))

    def _start_input(self, attributes: Mapping[str, str]) -> None:
        number, state = attributes.get("number", ""), self._state
        if not (number.isascii() and number.isdigit() and len(number) < 6) or len(state.inputs) >= MOST_INPUTS:
            return
        titles = dict.fromkeys(attributes.get(name, "")[:LONGEST] for name in ("title", "shortTitle"))
        one = Input(int(number), tuple(title for title in titles if title))
        self._input = one.number
        state.inputs.append(one)
        for name in (str(one.number), attributes.get("key", "")):
            if name:
                state.named[name] = one
        if attributes.get("type") == "Mix":
            state.mixes.append(one.number)

    def _is_black(self, text: str) -> None:
        self._state.black = text.lower() == "true"

    def _want(self, take: Callable[[str], object]) -> None:
        self._wanted, self._text = take, ""
        self._parser.CharacterDataHandler = self._hear

    def _hear(self, text: str) -> None:
        if len(self._text) < LONGEST:
            self._text += text[:LONGEST]

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if self._wanted:
            self._wanted(self._text.strip())
            self._parser.CharacterDataHandler = self._wanted = None
