"""The Complaints tab: log, watch the clocks, resolve, report the month to Stripe."""
