"""The rules of rooms: what an operator wants, and how LiveKit is made to match. Knows no HTTP, no file, no SDK."""
