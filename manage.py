#!/usr/bin/env python
"""Django's command line, for those who work on the product."""

import os
import sys
from pathlib import Path


def main() -> None:
    sys.path[:0] = [str(Path(__file__).parent / "src"), str(Path(__file__).parent / "ilsa" / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polyphonie.config.settings")
    from django.core.management import execute_from_command_line  # after the path is set

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
