"""vmix-bridge: short GET routes that open, start and stop LiveKit meeting rooms for vMix and Companion."""
