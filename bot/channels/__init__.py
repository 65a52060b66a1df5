"""Messengers: each turns its own updates into our words and our replies into its own calls."""
