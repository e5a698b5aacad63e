"""Who may call: users and their API tokens, keys for rooms and studios, link codes. The store keeps their rows."""
