"""Starts docfill from the folder beside this file in which it was installed: python docfill.py serve."""

import sys
from pathlib import Path

sys.path[:] = [str(Path(__file__).resolve().parent / "app"), *(p for p in sys.path if p != sys.path[0])]

if __name__ == "__main__":
    from docfill.cli import main

    main()
