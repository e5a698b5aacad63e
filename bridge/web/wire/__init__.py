"""Requests read and answers written: bodies, parameters, spellings, formats."""
