"""`python -m vmshmi`."""

import sys

from vmshmi.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
