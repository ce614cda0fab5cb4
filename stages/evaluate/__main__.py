"""`python -m stages.evaluate`."""

from stages.core.run import run
from stages.evaluate.evaluate import stage

if __name__ == "__main__":
    run(__spec__, stage)
