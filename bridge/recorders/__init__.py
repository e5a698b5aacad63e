"""What makes files out of calls: one protocol, two recorders."""
