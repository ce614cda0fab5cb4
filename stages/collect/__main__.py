"""`python -m stages.collect`."""

from stages.collect.collect import stage
from stages.core.run import run

if __name__ == "__main__":
    run(__spec__, stage)
