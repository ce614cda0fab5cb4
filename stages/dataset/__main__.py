"""`python -m stages.dataset`."""

from stages.dataset.dataset import stage
from stages.core.run import run

if __name__ == "__main__":
    run(__spec__, stage)
