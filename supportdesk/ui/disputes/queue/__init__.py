"""The queue of disputes: filters, words, figures, and the page of one dispute."""
