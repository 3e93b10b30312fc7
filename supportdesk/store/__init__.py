"""SQLCipher mirror and casebook; the only room that knows SQL."""
