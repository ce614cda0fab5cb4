"""`python -m stages.compose`: write build/conf/*.yaml, or say in one line what is wrong with params.yaml or conf/."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from stages.compose.compose import compose
from stages.compose.write import write
from stages.core.run.errors import UserError
from stages.core.run.rates import keep


def main() -> int:
    started = time.monotonic()
    try:
        write(compose(Path()), Path("build"))
    except UserError as error:
        print(f"compose: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"compose: {error.filename or 'build'}: {error.strerror}; put that right and run again", file=sys.stderr)
        return 2
    keep("compose", time.monotonic() - started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
