"""``python -m ilsa``: the command line."""

import sys

from ilsa.cli import main

sys.exit(main())
