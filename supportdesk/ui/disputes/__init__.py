"""The disputes tab."""
