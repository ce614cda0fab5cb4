"""`litmill serve`: search over the build by HTTP, on this machine alone unless told otherwise.

litmill serve                            POST http://127.0.0.1:8077/search {"question": "how is rsLoRA scaled"}
litmill serve --host 0.0.0.0 --port 80   for others; there is no password, so put a proxy that asks for one before it
"""

from __future__ import annotations

import argparse
import sys

HOST, PORT = "127.0.0.1", 8077


def main(arguments: list[str]) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="litmill serve", description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default=HOST, help=f"address to listen on (default {HOST}: this machine alone)")
    parser.add_argument("--port", type=int, default=PORT, help=f"port to listen on (default {PORT}; 0: a free one)")
    options = parser.parse_args(arguments)
    from aiohttp import web

    from serve import open_service
    from serve.http import application
    from stages.core.run.errors import UserError

    def ready(*lines: object, **_: object) -> None:
        print("litmill serve:", *(str(line).splitlines()[0] for line in lines), file=sys.stderr, flush=True)

    with open_service() as service:
        try:
            web.run_app(application(service), host=options.host, port=options.port, print=ready)
        except (OSError, OverflowError) as error:
            raise UserError(f"{options.host}:{options.port}: {error}") from None
    return 0
