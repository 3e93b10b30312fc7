"""Rules as plain functions and dataclasses; no Qt, no network, no files."""
