"""The kernel and its host, and how a cell waits there for a page."""
