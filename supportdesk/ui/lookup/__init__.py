"""The Lookup tab: find the person, see their cards and what happened."""
