"""`python -m stages.train`."""

from stages.train.train import stage
from stages.core.run import run

if __name__ == "__main__":
    run(__spec__, stage)
