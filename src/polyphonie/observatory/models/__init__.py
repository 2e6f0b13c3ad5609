from .measure import Determinant, Measure, keeps_measures

__all__ = ["Determinant", "Measure", "keeps_measures"]
