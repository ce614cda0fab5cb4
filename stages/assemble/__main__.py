"""`python -m stages.assemble`."""

from stages.assemble.assemble import stage
from stages.core.run import run

if __name__ == "__main__":
    run(__spec__, stage)
