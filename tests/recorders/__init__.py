"""What makes files out of calls."""
