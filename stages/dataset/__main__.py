"""`python -m stages.dataset`."""

from stages.core.run import run
from stages.dataset.dataset import stage

if __name__ == "__main__":
    run(__spec__, stage)
