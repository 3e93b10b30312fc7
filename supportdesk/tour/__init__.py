"""One whole call in the real window, photographed and checked at the practice Stripe."""
