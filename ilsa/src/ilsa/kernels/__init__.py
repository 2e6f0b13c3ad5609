"""Sums over rows, written once: everything above asks for totals and never loops over replicates."""
