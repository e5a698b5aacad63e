"""vmix-bridge: short GET routes that open, start and stop LiveKit meeting rooms for vMix and Companion."""

from importlib.metadata import version

__version__ = version("vmix-bridge")
