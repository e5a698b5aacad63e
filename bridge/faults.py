"""What pydantic finds wrong with a value, in our words: its own speak to programmers."""

from collections.abc import Mapping
from typing import Any

KINDS = {
    "string_type": "write a text",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_parsing_size": "write a smaller whole number",
    "int_from_float": "write a whole number",
    "list_type": "write a list",
    "tuple_type": "write a list of texts",
    "string_too_short": "write at least one character",
    "dict_type": "write an object of names and values",
    "model_type": "write a section of names and values",
}


def fix_of(problem: Mapping[str, Any]) -> str:
    """What to write instead, for one of ``ValidationError.errors()`` with its context."""
    kind, context = problem["type"], problem.get("ctx", {})
    match kind:
        case "value_error":
            return str(context["error"])
        case "enum" | "literal_error":
            return f"use {context['expected']}"
        case "greater_than_equal":
            return f"use {context['ge']} or more"
        case "string_too_long":
            return f"write at most {context['max_length']} characters"
        case "less_than_equal":
            return f"use {context['le']} or less"
        case _:
            return KINDS.get(kind, "write another value")
