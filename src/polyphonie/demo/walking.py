"""``make demo CHECK=1``: the main job over HTTP, as the identities would do it."""
