"""The only room that talks to Stripe."""
