"""Recording by a LiveKit Egress service, on a machine of its own."""
