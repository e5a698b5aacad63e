"""Looking after a bridge: what is wrong with it, copies of it, and that it is there after a reboot."""
