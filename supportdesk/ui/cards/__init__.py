"""The Cards tab: one person's cards and what can be done with them."""
