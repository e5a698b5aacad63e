"""The pages: their code, how it gets into the wheel, and they themselves in a real browser."""
