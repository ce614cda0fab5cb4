"""`python -m stages.parse`."""

from stages.core.run import run
from stages.parse.parse import stage

if __name__ == "__main__":
    run(__spec__, stage)
