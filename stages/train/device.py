"""One process that DeepSpeed accepts without a launcher, without a port and without a compiler."""

from __future__ import annotations

import logging
import os
import shutil
import socket
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from stages.core.run.errors import UserError

ALONE = {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"}


def prepare(deepspeed: Mapping[str, Any]) -> None:
    """Make this process a group of one, unless a launcher has put it into a group.

    The group's store is in memory, so nothing listens and a network of loopback alone is enough. DeepSpeed would
    compile an operator for processes that share memory; a process that is alone has no use for it.
    """
    import torch

    logging.getLogger("DeepSpeed").setLevel(logging.WARNING)
    if "optimizer" in deepspeed and not (shutil.which("c++") or shutil.which("g++")):
        raise UserError("deepspeed.optimizer: DeepSpeed compiles its own; install a C++ compiler or leave the key out")
    if "RANK" in os.environ or torch.distributed.is_initialized():
        return
    os.environ.update(ALONE)
    loopback = [name for _, name in socket.if_nameindex() if name.startswith("lo")]
    os.environ.setdefault("GLOO_SOCKET_IFNAME", (loopback or ["lo"])[0])
    _without_shared_memory_operator()
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    torch.distributed.init_process_group(backend, store=torch.distributed.HashStore(), rank=0, world_size=1)


def _without_shared_memory_operator() -> None:
    import deepspeed

    deepspeed.ops.__compatible_ops__ = defaultdict(bool)


def processes() -> int:
    """How many processes train together."""
    import torch

    return torch.distributed.get_world_size() if torch.distributed.is_initialized() else int(os.environ["WORLD_SIZE"])
