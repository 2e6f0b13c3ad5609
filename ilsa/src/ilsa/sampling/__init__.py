"""From a frame of schools to replicate weights.

>>> from ilsa import sampling
>>> frame = sampling.SchoolFrame.read(
...     {"school": list("ABCDEF"), "pupils": [10, 20, 30, 40, 50, 60]}, school="school", size="pupils"
... )
>>> [school.school for school in sampling.draw_schools(frame, {(): 2}, seed=3, replacements=0).schools]
['D', 'F']
"""

from ilsa.sampling.calibration import Raked, rake
from ilsa.sampling.frame import SchoolFrame
from ilsa.sampling.pps import inclusion, systematic
from ilsa.sampling.refusals import SamplingError
from ilsa.sampling.selection import SampledSchool, SchoolSample, allocate, draw_schools
from ilsa.sampling.weights import Adjusted, AdjustmentCell, adjust_for_nonresponse, base_weights
from ilsa.sampling.within import DrawnUnits, draw_within
from ilsa.sampling.written import ReplicateColumns, replicate_columns
from ilsa.sampling.zones import Zones, make_zones

__all__ = [
    "Adjusted",
    "AdjustmentCell",
    "DrawnUnits",
    "Raked",
    "ReplicateColumns",
    "SampledSchool",
    "SamplingError",
    "SchoolFrame",
    "SchoolSample",
    "Zones",
    "adjust_for_nonresponse",
    "allocate",
    "base_weights",
    "draw_schools",
    "draw_within",
    "inclusion",
    "make_zones",
    "rake",
    "replicate_columns",
    "systematic",
]
