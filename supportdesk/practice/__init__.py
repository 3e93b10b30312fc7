"""A stateful Stripe Issuing on loopback, written from Stripe's documentation."""
