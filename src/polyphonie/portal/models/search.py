from django.db import models


class SearchEntry(models.Model):
    """One object, or one wording of it, in one language, as the search knows it.

    ``row`` is the key of the row whose own room is asked at each search who may read it; nothing of
    what is kept here is ever shown.
    """

    kind = models.CharField(max_length=20)
    row = models.BigIntegerField()
    urn = models.CharField(max_length=200, db_index=True)
    language = models.CharField(max_length=20)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "row", "language"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row} {self.language}"


class SearchPosting(models.Model):
    """A term stands in an entry, with the weight of the places where it stands."""

    entry = models.ForeignKey("portal.SearchEntry", on_delete=models.CASCADE, related_name="postings")
    term = models.CharField(max_length=60)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["term", "entry"], name="search_posting_once")]

    def __str__(self) -> str:
        return self.term


class SearchWord(models.Model):
    """A word as somebody wrote it, without accents: what a typing error is compared with."""

    word = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class SearchGram(models.Model):
    """Three letters in a row of a word, its ends included."""

    word = models.ForeignKey("portal.SearchWord", on_delete=models.CASCADE, related_name="grams")
    gram = models.CharField(max_length=3, db_index=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.gram
