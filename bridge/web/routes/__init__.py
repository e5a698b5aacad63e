"""The routes, a file per noun: parse, call, reply."""
