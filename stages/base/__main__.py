"""`python -m stages.base`."""

from stages.base.base import stage
from stages.core.run import run

if __name__ == "__main__":
    run(__spec__, stage)
