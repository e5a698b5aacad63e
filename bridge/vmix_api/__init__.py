"""vMix's own API, read only: its tally over TCP and its state as XML. Stands alone."""
