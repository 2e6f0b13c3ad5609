"""Statistics of large-scale assessments."""
