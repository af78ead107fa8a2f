"""`python -m docfill`: the command line, where the script `docfill` is not on the path."""

from docfill.cli import main

if __name__ == "__main__":
    main()
