"""Tables for people, JSON for programs."""

import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """``--json``: the answer as JSON on stdout."""
    return click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")(command)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether somebody sits there. None: a program without a console has no streams at all."""
    return stream is not None and stream.isatty()


def say_all_names() -> None:
    """In a pipe of Windows stdout has the PC's code page: what that cannot hold is escaped from now on, not refused."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def show(data: Any, as_json: bool, line: str = "") -> None:
    """One thing: JSON on stdout, which is the same in every code page, or a line."""
    click.echo(json.dumps(data, ensure_ascii=not _is_unicode(), indent=2) if as_json else line)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], as_json: bool) -> None:
    """Many things: JSON on stdout, or a table of the columns."""
    if as_json:
        show(rows, as_json=True)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        grid.add_row(*(Text(_cell(row.get(column, ""))) for column in columns))
    Console().print(grid)


def _is_unicode() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")


def _cell(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
