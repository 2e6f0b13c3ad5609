"""Addresses of the room, of its door and of the question desk."""

from django.urls import path

from .views import clips, enter, question_desk, room

urlpatterns = [
    path("entrer/", enter.by_code, name="enter_by_code"),
    path("s/<str:code>/", enter.enter, name="enter_hall"),
    path("sites/<uuid:uid>/salle/", room.room, name="room"),
    path("sites/<uuid:uid>/salle/panneau/", room.room_panel, name="room_panel"),
    path("sites/<uuid:uid>/salle/messages/", room.say, name="room_say"),
    path("sites/<uuid:uid>/salle/messages/retirer/", room.take_back, name="room_take_back"),
    path("sites/<uuid:uid>/salle/questions/", room.ask, name="room_ask"),
    path("sites/<uuid:uid>/salle/questions/retirer/", room.withdraw, name="room_withdraw"),
    path("sites/<uuid:uid>/salle/questions/soutenir/", room.support, name="room_support"),
    path("sites/<uuid:uid>/salle/moments/", clips.mark, name="mark_moment"),
    path("conferences/<slug:slug>/questions/", question_desk.question_desk, name="question_desk"),
    path("conferences/<slug:slug>/questions/file/", question_desk.desk_queue, name="desk_queue"),
    path("conferences/<slug:slug>/questions/message/", question_desk.say_for_host, name="desk_say"),
    path("conferences/<slug:slug>/questions/message/retirer/", question_desk.remove, name="desk_remove"),
    path("conferences/<slug:slug>/questions/transmises/", question_desk.expert_desk, name="expert_desk"),
    path("conferences/<slug:slug>/questions/rapport/", question_desk.session_report, name="session_report"),
    path(
        "conferences/<slug:slug>/questions/rapport.csv",
        question_desk.session_report_csv,
        name="session_report_csv",
    ),
    path("conferences/<slug:slug>/questions/acte/<slug:verb>/", question_desk.act, name="desk_act"),
]
