"""The recorder's core: commands to the pages, and the takes, states and events that result."""
