"""The journal of actions: what was done, what is open, and whether it is whole."""
