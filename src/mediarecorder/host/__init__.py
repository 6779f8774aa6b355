"""The kernel and the place that it runs in: how a cell waits for a page there."""
