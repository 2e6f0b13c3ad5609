"""Item response models: calibration, scores, fit, linking, differential functioning, plausible values."""

from ilsa.irt.calibration import Calibration, calibrate
from ilsa.irt.conditioning import Conditioning, conditioning_variables
from ilsa.irt.dif import DifTable
from ilsa.irt.em import Priors
from ilsa.irt.fit import Deviation, ItemFit, OverallFit, ScoreFit
from ilsa.irt.linking import Link, link
from ilsa.irt.models import MODELS, Items
from ilsa.irt.plausible import MomentCheck, PlausibleValues, draw
from ilsa.irt.population import Population, latent_regression
from ilsa.irt.quadrature import Quadrature
from ilsa.irt.refusals import IrtError
from ilsa.irt.responses import Responses
from ilsa.irt.scores import Scores, score
from ilsa.irt.standard_errors import StandardErrors

__all__ = [
    "MODELS",
    "Calibration",
    "Conditioning",
    "Deviation",
    "DifTable",
    "IrtError",
    "ItemFit",
    "Items",
    "Link",
    "MomentCheck",
    "OverallFit",
    "PlausibleValues",
    "Population",
    "Priors",
    "Quadrature",
    "Responses",
    "ScoreFit",
    "Scores",
    "StandardErrors",
    "calibrate",
    "conditioning_variables",
    "draw",
    "latent_regression",
    "link",
    "score",
]
