"""`python -m stages.evaluate`."""

from stages.evaluate.evaluate import stage
from stages.core.run import run

if __name__ == "__main__":
    run(__spec__, stage)
