"""What to ask, and what an answer meant. Sources describe questions; they never ask them."""
