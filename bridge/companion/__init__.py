"""A page for Bitfocus Companion: keys that press rooms and show how they are, made from plain `RoomCard`s.

Stands alone: standard library only, nothing from the service. A key shows what stands in Companion's custom variables:
the bridge pushes them there, or a trigger of Companion's own asks for them.
"""

from bridge.companion.card import RoomCard
from bridge.companion.page import file_name, page, polling
from bridge.companion.tile import Tile, gone, tile
from bridge.companion.variables import BEAT, TOLD, variable

__all__ = ["BEAT", "TOLD", "RoomCard", "Tile", "file_name", "gone", "page", "polling", "tile", "variable"]
