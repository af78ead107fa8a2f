"""Starts docfill from the folder beside this file in which it was installed: python docfill.py serve."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# This folder goes, since this file would hide the package; Python's embeddable zip has its own library first instead.
sys.path[:] = [str(HERE / "app"), *(part for part in sys.path if Path(part).resolve() != HERE)]

if __name__ == "__main__":
    from docfill.cli import main

    main()
