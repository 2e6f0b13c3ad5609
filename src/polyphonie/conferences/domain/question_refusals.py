"""What the handling of questions refuses; each is raised by a verb of :mod:`.question_groups`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from polyphonie.kernel.errors import Refusal, RightMissing


class NothingToMerge(Refusal):
    """No question was chosen."""

    def __init__(self) -> None:
        super().__init__(_("Cochez au moins une question."), field="questions")


class MergeAcrossConferences(Refusal):
    """Questions of two conferences cannot be answered as one."""

    def __init__(self) -> None:
        super().__init__(
            _("Ces questions viennent de deux conférences : regroupez celles d'une même conférence."),
            field="questions",
        )


class QuestionNotForwarded(Refusal):
    """Only what has been passed on can be answered."""

    def __init__(self, state: Any) -> None:
        super().__init__(
            _("Cette question n'est pas transmise (état : %(state)s) ; la modération la transmet d'abord.")
            % {"state": state}
        )


class ReasonMissing(Refusal):
    """A question that an expert has before them is not put aside without a word."""

    def __init__(self) -> None:
        super().__init__(
            _("Dites pourquoi cette question transmise est écartée : une phrase suffit."), field="reason"
        )


class NotAnExpert(Refusal):
    """The person chosen holds no such mandate."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s n'a pas le rôle « expertise » de cette conférence ; choisissez dans la liste.")
            % {"name": name},
            field="expert",
        )


class NotForwardedToYou(RightMissing):
    """Another expert has been asked."""

    def __init__(self) -> None:
        super().__init__(_("Cette question a été transmise à une autre personne."))


class DoubtfulWordAbsent(Refusal):
    """A word marked for the interpreter that the answer does not hold."""

    def __init__(self, word: str) -> None:
        super().__init__(
            _("Le mot « %(word)s » n'est pas dans la réponse ; marquez des mots qui y sont.")
            % {"word": word[:60]},
            field="doubtful",
        )


class AnswerMissing(Refusal):
    """Nothing has been answered yet."""

    def __init__(self) -> None:
        super().__init__(_("Il n'y a pas encore de réponse à publier."))


class AnswerAlreadyPublished(Refusal):
    """Published once; what was read stays as it was read."""

    def __init__(self) -> None:
        super().__init__(_("Cette réponse est déjà publiée ; ajoutez une version dans une autre langue."))


class TextAlreadyThere(Refusal):
    """A published answer is not rewritten in the language in which it was read."""

    def __init__(self, language: str) -> None:
        super().__init__(
            _("La réponse publiée existe déjà en « %(language)s » ; elle ne se réécrit pas.")
            % {"language": language},
            field="language",
        )


class OriginUnknown(Refusal):
    """How a text was translated is one of three ways."""

    def __init__(self, origin: str) -> None:
        super().__init__(
            _("« %(origin)s » n'est pas une origine : choisissez humaine, machine ou relue.")
            % {"origin": origin[:20]},
            field="origin",
        )


class NotApproved(Refusal):
    """A mark that everybody sees needs a question that everybody may read."""

    def __init__(self) -> None:
        super().__init__(_("Rendez d'abord cette question publique."))
