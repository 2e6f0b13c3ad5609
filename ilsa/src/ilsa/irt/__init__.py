"""Item response models: calibration, scores, fit, linking, differential functioning, plausible values."""

from ilsa.irt.calibration import Calibration, calibrate
from ilsa.irt.em import Priors
from ilsa.irt.models import MODELS, Items
from ilsa.irt.quadrature import Quadrature
from ilsa.irt.refusals import IrtError
from ilsa.irt.responses import Responses
from ilsa.irt.standard_errors import StandardErrors

__all__ = [
    "MODELS",
    "Calibration",
    "IrtError",
    "Items",
    "Priors",
    "Quadrature",
    "Responses",
    "StandardErrors",
    "calibrate",
]
