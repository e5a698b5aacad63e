"""What the bridge keeps on disk, and how: one JSON file that survives a crash, typed tables over it."""
