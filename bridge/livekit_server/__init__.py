"""A livekit-server on this machine: where it comes from, how it is set up, and that it runs."""
