"""The bridge after a reboot, for this user: a task of Windows, a user unit of systemd."""
