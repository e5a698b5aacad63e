"""The HTTP API of Bitfocus Companion, and what is pushed there; not imported where no Companion is named."""
