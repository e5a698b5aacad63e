"""The HTTP side: guards, routes, replies. Handlers parse, call the rules and reply."""
