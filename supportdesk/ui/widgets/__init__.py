"""Small reusable widgets, all dressed by the one stylesheet."""
