"""From sampled units to replicate weights."""
