"""Stripe's rules for Issuing objects, as far as they are documented."""
