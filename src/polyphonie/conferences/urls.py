"""Addresses of the room: French words without accents, the same in both languages."""

from django.urls import include, path

from .views import board, conference, programme, schedule, site

urlpatterns = [
    path("", include("polyphonie.conferences.live_urls")),
    path("conferences/", conference.conferences, name="conferences"),
    path("conferences/ouvrir/", conference.open_a_conference, name="open_conference"),
    path("conferences/<slug:slug>/", conference.conference, name="conference"),
    path("conferences/<slug:slug>.json", schedule.conference_json, name="conference_json"),
    path("conferences/<slug:slug>.ics", schedule.conference_ics, name="conference_ics"),
    path("conferences/<slug:slug>/schedule.json", schedule.schedule_json, name="schedule_json"),
    path("conferences/<slug:slug>/schedule.xml", schedule.schedule_xml, name="schedule_xml"),
    path("conferences/<slug:slug>/associer/", site.associate_site, name="associate_site"),
    path("conferences/<slug:slug>/gerer/", conference.manage_conference, name="manage_conference"),
    path("conferences/<slug:slug>/gerer/modifier/", conference.change_a_conference, name="change_conference"),
    path("conferences/<slug:slug>/gerer/etat/<slug:verb>/", conference.change_state, name="conference_state"),
    path("conferences/<slug:slug>/gerer/phases/", conference.add_a_phase, name="add_phase"),
    path("conferences/<slug:slug>/gerer/salles/", conference.add_a_room, name="add_room"),
    path("conferences/<slug:slug>/gerer/seance/", programme.schedule_a_session, name="schedule_session"),
    path("conferences/<slug:slug>/gerer/ressource/", conference.attach_a_resource, name="attach_resource"),
    path("conferences/<slug:slug>/gerer/importer/", schedule.import_schedule, name="import_schedule"),
    path("seances/<uuid:uid>/", programme.session, name="session"),
    path("seances/<uuid:uid>/deplacer/", programme.move_a_session, name="move_session"),
    path("seances/<uuid:uid>/echanger/", programme.swap_a_session, name="swap_session"),
    path("seances/<uuid:uid>/retirer/", programme.withdraw_a_session, name="withdraw_session"),
    path("seances/<uuid:uid>/nommer/", programme.name_a_participation, name="name_participation"),
    path("sites/<uuid:uid>/", site.site, name="site"),
    path("sites/<uuid:uid>.ics", schedule.site_ics, name="site_ics"),
    path("sites/<uuid:uid>.json", schedule.site_json, name="site_json"),
    path("sites/<uuid:uid>/modifier/", site.change_site, name="change_site"),
    path("sites/<uuid:uid>/etat/<slug:verb>/", site.change_state, name="site_state"),
    path("sites/<uuid:uid>/nuit/", site.confirm_night, name="confirm_night"),
    path("sites/<uuid:uid>/preparation/", site.answer, name="answer_readiness"),
    path("sites/<uuid:uid>/voix/", site.choose_groups, name="choose_groups"),
    path("sites/<uuid:uid>/langue/", site.choose_remedy, name="choose_remedy"),
    path("sites/<uuid:uid>/presences/", site.attendance, name="attendance"),
    path("partages/", board.board, name="board"),
    path("partages.csv", board.board_csv, name="board_csv"),
    path("partages/inviter/", board.invite_all, name="invite_all"),
    path("partages/modes/", board.accept_modes, name="accept_modes"),
]
