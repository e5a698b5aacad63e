"""Every script through a real VB.NET compiler, and run."""
