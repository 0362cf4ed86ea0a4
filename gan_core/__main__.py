"""`python -m gan_core`: the experiments without a page."""

import sys

from gan_core.cli import main

sys.exit(main())
