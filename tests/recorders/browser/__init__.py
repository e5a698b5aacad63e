"""The recorder on one PC: a real Chromium, and a real livekit-server."""
