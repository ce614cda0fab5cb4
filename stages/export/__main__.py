"""`python -m stages.export`."""

from stages.core.run import run
from stages.export.export import stage

if __name__ == "__main__":
    run(__spec__, stage)
