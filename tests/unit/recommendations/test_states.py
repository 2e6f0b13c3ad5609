"""What may follow what, and that every other step is refused by a sentence."""

from __future__ import annotations

import pytest

from polyphonie.kernel.states import TransitionRefused, TransitionTable
from polyphonie.recommendations.enums import RevisionState, SiteProcessState
from polyphonie.recommendations.states import REVISION, SITE_PROCESS

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("table", "words"), [(REVISION, RevisionState), (SITE_PROCESS, SiteProcessState)])
def test_states_are_the_words_of_the_column(table: TransitionTable, words: type[RevisionState]) -> None:
    assert set(table.states()) == set(words.values)


@pytest.mark.parametrize("table", [REVISION, SITE_PROCESS])
def test_every_step_outside_the_table_is_refused(table: TransitionTable) -> None:
    allowed = {(t.present, t.following) for t in table.transitions}
    for present in table.states():
        for wanted in table.states():
            if (present, wanted) in allowed:
                assert table.check(present, wanted).by_verb
            else:
                with pytest.raises(TransitionRefused):
                    table.check(present, wanted)


def test_a_published_revision_never_goes_back() -> None:
    assert {t.following for t in REVISION.following("published")} == {"withdrawn"}
    assert REVISION.following("withdrawn") == ()
