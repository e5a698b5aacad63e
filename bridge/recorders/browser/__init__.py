"""The recorder on one PC: a browser of this machine that records its own page."""
