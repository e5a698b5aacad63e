"""Media servers: LiveKit, and a rehearsal of it."""
