"""Scripts as files: their text, their values, their seal."""
