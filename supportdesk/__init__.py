"""The desk of a Stripe Issuing support team."""
