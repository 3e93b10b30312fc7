"""The call on screen: the area in the top bar, the caller's verification, the wrap-up."""
