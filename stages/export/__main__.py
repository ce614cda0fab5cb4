"""`python -m stages.export`."""

from stages.export.export import stage
from stages.core.run import run

if __name__ == "__main__":
    run(__spec__, stage)
