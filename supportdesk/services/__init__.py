"""Use cases as coroutines between the window and the rooms below."""
