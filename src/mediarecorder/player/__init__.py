"""The player of a take in a notebook, and the answers to its requests."""
