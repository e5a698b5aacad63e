"""What an operation cannot do, in words."""


class OpsError(Exception):
    """What happened, and what to do: one line each, without secrets."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}"
