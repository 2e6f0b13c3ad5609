from django.urls import URLPattern, URLResolver, path

from .views import commitments, keeping, reading, training

urlpatterns: list[URLPattern | URLResolver] = [
    path("conventions/", reading.agreements, name="agreements"),
    path("conventions/socle/", keeping.adopt_lists, name="base_tier_adopt"),
    path("conventions/nouvelle/", keeping.new_agreement, name="agreement_new"),
    path("conventions/<uuid:uid>/", reading.agreement, name="agreement"),
    path("conventions/<uuid:uid>/modifier/", keeping.edit_terms, name="agreement_terms"),
    path("conventions/<uuid:uid>/clauses/<slug:key>/", keeping.edit_clause, name="agreement_clause"),
    path("conventions/<uuid:uid>/etat/<slug:step>/", keeping.move, name="agreement_move"),
    path("conventions/<uuid:uid>/signature/", keeping.sign, name="agreement_sign"),
    path("conventions/<uuid:uid>/resiliation/", keeping.terminate, name="agreement_terminate"),
    path("conventions/<uuid:uid>/engagements/", commitments.plan, name="commitment_plan"),
    path("engagements/<uuid:uid>/retrait/", commitments.drop, name="commitment_drop"),
    path("engagements/<uuid:uid>/dispense/", commitments.waive, name="commitment_waive"),
    path("engagements/<uuid:uid>/justificatif/", commitments.prove, name="commitment_prove"),
    path("engagements/<uuid:uid>/retour/", commitments.report, name="commitment_report"),
    path("justificatifs/<uuid:uid>/acceptation/", commitments.accept, name="proof_accept"),
    path("justificatifs/<uuid:uid>/refus/", commitments.refuse, name="proof_refuse"),
    path("formations/", training.training_actions, name="training_actions"),
    path("formations/nouvelle/", training.new_training, name="training_new"),
    path("formations/<uuid:uid>/", training.training_action, name="training_action"),
    path("formations/<uuid:uid>/modifier/", training.edit_training, name="training_edit"),
    path("formations/<uuid:uid>/publier/", training.publish_training, name="training_publish"),
    path("formations/<uuid:uid>/recommandations/", training.link_training, name="training_link"),
]
