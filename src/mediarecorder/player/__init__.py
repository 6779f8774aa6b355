"""How a take shows itself in a notebook, and what its player asks."""
