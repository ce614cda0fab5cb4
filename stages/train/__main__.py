"""`python -m stages.train`."""

from stages.core.run import run
from stages.train.train import stage

if __name__ == "__main__":
    run(__spec__, stage)
