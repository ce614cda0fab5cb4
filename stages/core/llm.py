"""Models that answer: any OpenAI-compatible endpoint, or one in this process that can write nothing but the schema."""

from __future__ import annotations

import dataclasses
import os
import threading
from pathlib import Path
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

from annotated_types import Ge

from stages.core.loopback import LOOPBACK
from stages.core.run.config import config
from stages.core.run.errors import UserError
from stages.core.source import Model

Message = dict[str, str]
LOCAL_LIBRARIES = ("gguf", "llguidance", "peft", "safetensors", "tokenizers", "torch", "transformers")  # of `local`
BUSY = (408, 425, 429, 500, 502, 503, 504)
REFUSED = (401, 403, 404)  # a key or a model that the server does not take: so it will answer every question
MEETING = 30  # seconds in which a server must say anything at all


@config
class LanguageModel:
    """A language model that reads documents, and how it is asked."""

    url: str
    """Base URL of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1; empty with `local`."""
    model: str
    """The model's name there."""
    key: str
    """Name of the environment variable that holds the endpoint's key; empty: no key is sent."""
    local: Model | None
    """A model that is loaded here instead, as one of conf/model/ states it; null: the endpoint is asked."""
    timeout: Annotated[int, Ge(1)]
    """Seconds that the endpoint may take for an answer."""
    retries: Annotated[int, Ge(0)]
    """How often it is asked again where it fails, or where the answer does not fit the schema."""
    concurrency: Annotated[int, Ge(1)]
    """Requests at a time for one document; as many documents are read at a time as there are workers."""
    elements: Annotated[int, Ge(0)]
    """Most elements of a document that are read, from its beginning; 0: all that may state a fact."""
    characters: Annotated[int, Ge(40)]
    """Characters of an element that the model is shown."""
    answer_tokens: Annotated[int, Ge(16)]
    """Most tokens of an answer; one that is cut there does not count."""

    def identity(self) -> dict[str, Any]:
        """What an answer depends on beside the question: the model, and where it must stop; not how it is reached."""
        local = dataclasses.asdict(self.local) if self.local else None
        return {"model": self.model, "local": local, "answer_tokens": self.answer_tokens}

    def place(self) -> str:
        """Where the model is, for a person who must look there."""
        return f"the model {self.local.name!r} here" if self.local else f"the model {self.model!r} at {self.url}"


@config
class Adapter:
    """A LoRA adapter that an earlier build made, kept in a folder of its own: it is no output of this build."""

    path: str
    """Its folder (adapter_config.json, adapter_model.safetensors), relative to the project's root."""
    sha256: str
    """Digest that pins the folder's content; a run without it says what it is."""


@dataclasses.dataclass(frozen=True)
class Reply:
    """An answer, and the tokens that were read and written for it as the model counts them."""

    text: str
    read: int
    written: int


class Unanswered(Exception):
    """The model gave no answer; the text says why, in one line, without a time or a port."""


class Unreachable(Unanswered):
    """And no other question will have one: nobody listens there, or the key or the model is refused."""


class NoAnswer(UserError):
    """The same for who asked a question that wanted a model: no mistake of theirs, though it ends in one line, too."""


class Answering(Protocol):
    """What both kinds have in common."""

    def answer(self, messages: list[Message], schema: dict[str, Any]) -> str:
        """The text of the answer. Raises Unanswered."""

    def reply(self, messages: list[Message], schema: dict[str, Any]) -> Reply:
        """The answer with its counts. Raises Unanswered."""


def answering(settings: LanguageModel, adapter: Adapter | None = None) -> Answering:
    """The model that the config names, a local one with `adapter`. Raises UserError where an endpoint's key lacks."""
    if settings.local:
        return Local(settings.local, settings.answer_tokens, adapter)
    if settings.key and not os.environ.get(settings.key):
        raise UserError(f"llm.key: the environment has no {settings.key}; set it to the endpoint's key")
    return Endpoint(settings)


class Endpoint:
    """POST {url}/chat/completions at temperature 0, with as many retries as the config says."""

    def __init__(self, settings: LanguageModel) -> None:
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3 import Retry

        self._settings = settings
        self._session = requests.Session()
        self._session.trust_env = urlsplit(settings.url).hostname not in LOOPBACK  # no proxy to this machine
        retry = Retry(settings.retries, backoff_factor=0.5, status_forcelist=BUSY, allowed_methods=None)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry, pool_maxsize=settings.concurrency))
        if settings.key:
            self._session.headers["Authorization"] = f"Bearer {os.environ[settings.key]}"
        self._met = False

    def answer(self, messages: list[Message], schema: dict[str, Any]) -> str:
        return self.reply(messages, schema).text

    def reply(self, messages: list[Message], schema: dict[str, Any]) -> Reply:
        import requests

        self._meet()
        wanted = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}
        body: Any = {"model": self._settings.model, "messages": messages, "response_format": wanted, "temperature": 0}
        body |= {"seed": 0, "max_tokens": self._settings.answer_tokens}
        try:
            response = self._session.post(self._address("chat/completions"), json=body, timeout=self._settings.timeout)
        except requests.RequestException as error:
            raise Unanswered(f"no answer from the server ({type(error).__name__})") from None
        if response.status_code != 200:
            kind = Unreachable if response.status_code in REFUSED else Unanswered
            raise kind(f"the server answered {response.status_code} {response.reason}")
        try:
            held = response.json()
            used = held.get("usage") or {}
            counts = (int(used.get(name) or 0) for name in ("prompt_tokens", "completion_tokens"))
            return Reply(str(held["choices"][0]["message"]["content"]), *counts)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise Unanswered("the server's answer is no chat completion") from None

    def _meet(self) -> None:
        """Before the first question: whether a server is there at all, which a question may take minutes to tell."""
        import requests

        if self._met:
            return
        try:
            self._session.get(self._address("models"), timeout=min(MEETING, self._settings.timeout))
        except requests.exceptions.RetryError:
            pass  # it is there, and busy
        except requests.RequestException as error:
            raise Unreachable(f"no answer from the server ({type(error).__name__})") from None
        self._met = True

    def _address(self, path: str) -> str:
        return f"{self._settings.url.rstrip('/')}/{path}"


class Local:
    """A model of Transformers in this process: greedy, each token one that the schema allows; one answer at a time."""

    def __init__(self, model: Model, most: int, adapter: Adapter | None = None) -> None:
        self._model, self._most, self._adapter = model, most, adapter
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None

    def answer(self, messages: list[Message], schema: dict[str, Any]) -> str:
        return self.reply(messages, schema).text

    def reply(self, messages: list[Message], schema: dict[str, Any]) -> Reply:
        from llguidance import LLMatcher

        with self._lock:
            held = self._loaded = self._loaded or _Loaded(self._model, self._adapter)
            grammar = LLMatcher.grammar_from_json_schema(schema, defaults={"whitespace_flexible": False})
            return _write(held, messages, LLMatcher(held.tokens, grammar), self._most)


class _Loaded:
    """A model, its tokenizer, and that tokenizer as the grammar needs it."""

    def __init__(self, model: Model, adapter: Adapter | None) -> None:
        import torch
        from llguidance.hf import from_tokenizer

        from stages.core.models import settle_torch
        from stages.core.source.load import SOURCES

        settle_torch(int(os.environ.get("OMP_NUM_THREADS", "1")))
        self.model, self.tokenizer = SOURCES[model.source](model, 0)
        if adapter:
            self.model = _adapted(self.model, adapter)
        self.model.to(torch.float32).eval()
        self.width = self.model.get_input_embeddings().weight.shape[0]
        self.tokens = from_tokenizer(self.tokenizer, n_vocab=self.width)

    def prompt(self, messages: list[Message]) -> list[int]:
        if self.tokenizer.chat_template:
            text = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        else:
            text = "\n\n".join(held["content"] for held in messages) + "\n\n"
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])


def _adapted(model: Any, adapter: Adapter) -> Any:
    """The model with the adapter merged into its weights, if the adapter is what the config pins."""
    from peft import PeftModel

    from stages.core.models import folder_sha256

    folder = Path(adapter.path)
    if not (folder / "adapter_config.json").is_file():
        raise UserError(f"writer.adapter.path: {adapter.path!r} holds no adapter_config.json; give an adapter's folder")
    found = folder_sha256(folder)
    if found != adapter.sha256:
        state = f"the folder's content is not {adapter.sha256[:12]}..." if adapter.sha256 else "is empty"
        raise UserError(f"writer.adapter.sha256: {state}; to write with what is there, set it to {found}")
    return PeftModel.from_pretrained(model, str(folder), local_files_only=True).merge_and_unload()


def _write(held: _Loaded, messages: list[Message], matcher: Any, most: int) -> Reply:
    """The likeliest token that the grammar allows, again and again, until the answer is whole or has `most` tokens.

    Transformers keeps the model's state between tokens, which is a cache of keys and values in some, not in RWKV.
    """
    import torch

    prompt = torch.tensor([held.prompt(messages)])

    def allowed(_: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        mask = torch.frombuffer(bytearray(matcher.compute_logit_bias()), dtype=torch.uint8)[: held.width] > 0
        return scores.masked_fill(~mask, float("-inf"))

    def whole(tokens: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        matcher.consume_token(int(tokens[0, -1]))
        return torch.tensor([matcher.is_stopped()])

    with torch.inference_mode():
        tokens = held.model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=most,
            do_sample=False,
            logits_processor=[allowed],
            stopping_criteria=[whole],
        )
    written = tokens[0, prompt.shape[1] :]
    text = str(held.tokenizer.decode(written, skip_special_tokens=True))
    return Reply(text, prompt.shape[1], len(written))
