"""Addresses without a language: what scripts and players fetch, and the one on the hall's screen.

``/live/stream``, ``/live/site/…`` and ``/live/media/…`` are served beside Django (``live/app.py``).
"""

from django.urls import path

from .views import enter, question_desk, room

urlpatterns = [
    path("s/<str:code>", enter.short_address, name="short_address"),
    path("live/tokens/<uuid:uid>", room.live_tokens, name="live_tokens"),
    path("live/desk-tokens/<slug:slug>", question_desk.desk_tokens, name="desk_tokens"),
    path("live/me/<uuid:uid>", room.live_me, name="live_me"),
    path("live/replay/<uuid:uid>/log", room.replay_log, name="replay_log"),
]
