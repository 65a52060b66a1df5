"""Pure values and rules: no file, no clock, no network, no log. Knows nothing of any messenger."""
