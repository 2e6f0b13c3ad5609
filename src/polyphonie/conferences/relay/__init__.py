"""The relay's pure core: clocks, cursors, playlists and the bundled stream, without Django.

Nothing here opens a database, reads a wall clock or speaks to a person: instants and stores come in
as arguments, refusals go out as typed errors carrying values.
"""
