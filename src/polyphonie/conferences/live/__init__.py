"""Delivery of the log: the bus that wakes processes, the tail that reads, the hub that sends.

Nothing here writes to the database; nothing of a stream reads it either.
"""
