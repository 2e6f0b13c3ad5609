"""Measurements, side by side: each figure with its peer or its aim, in one run. They decide no test."""
