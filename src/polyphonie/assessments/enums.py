"""Words of the room that code relies on."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Access(TextChoices):
    """Who may use the rows of a data set. Rows are shown to nobody; an open file may be downloaded."""

    OPEN = "open", _("ouvert : le fichier se télécharge")
    RESULTS = "results", _("résultats : des tableaux, jamais le fichier")
    RESTRICTED = "restricted", _("restreint : des personnes désignées calculent, une autre relit")
    CLOSED = "closed", _("fermé : l'instance propriétaire seule")


class Statistic(TextChoices):
    """What a run computes."""

    MEAN = "mean", _("moyenne")
    BELOW = "below", _("part sous un seuil")
    LEVELS = "levels", _("répartition entre des seuils")


class CalendarKind(TextChoices):
    """A dated fact of a round."""

    FIELD_TRIAL = "field_trial", _("enquête d'essai")
    MAIN_SURVEY = "main_survey", _("enquête principale")
    REPORT = "report", _("rapport international")
    NATIONAL_REPORTS = "national_reports", _("rapports nationaux")
    MICRODATA = "microdata", _("données individuelles publiques")


class ColumnRole(TextChoices):
    """What a column is for. Tables are broken down by ``reporting`` columns and no others."""

    DESIGN = "design", _("plan de sondage")
    SCORE = "score", _("score")
    REPORTING = "reporting", _("ventilation")
    OTHER = "other", _("autre")


class Reason(TextChoices):
    """Why a cell has no value. The statistics package's own reasons stand beside the house's."""

    BELOW_MINIMUM_N = "below_minimum_n", _("trop peu d'élèves")
    TOO_FEW_PSU = "too_few_psu", _("trop peu d'écoles")
    SECONDARY = "secondary", _("masqué pour qu'une case voisine ne se déduise pas")
    EXTREME_SHARE = "extreme_share", _("tous ou personne, dans un petit groupe")
    DIFFERENCING = "differencing", _("se déduirait d'un tableau que vous avez déjà")
    NO_VARIATION = "no_variation", _("aucune variation")
    PV_MISSING = "pv_missing", _("une valeur plausible manque")
    REPLICATES_INCOMPLETE = "replicates_incomplete", _("un poids de réplication ne laisse personne")
    NOT_COMPARABLE = "not_comparable", _("non comparable")
    LINKING_ERROR = "linking_error_not_published", _("erreur de liaison non publiée")
