"""Polyphonie: conferences shared, evidence worked on everywhere, recommendations of one's own."""

__version__ = "0.1.0"
