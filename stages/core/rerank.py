"""The best passages looked at once more, each together with the question, and put in a new order.

late    each token of the question against the nearest token of the passage, in the embedder's own states. Nothing is
        trained for it and nothing is downloaded. It decides a third: the rest is the passage's place in the search.
cross   a cross-encoder of your own, in a local folder as AutoModelForSequenceClassification loads it: it reads question
        and passage together and says how well they fit. It decides alone.

Scores of the passages that were looked at lie above those of the others, which follow as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.core.context import in_context
from stages.core.embedder import Model
from stages.core.run.errors import UserError
from stages.core.search import CrossEncoder, Passage, Search

if TYPE_CHECKING:
    from torch import Tensor

READS = 512  # tokens of question and passage, where the model does not say how many it reads
Judge = Callable[[str, Sequence[Passage]], list[float]]


def judge(search: Search, model: Model) -> Judge | None:
    """What the config names: a function from a question and its first passages to their scores between 0 and 1.

    Raises UserError where the folder of a cross-encoder is not what the config says.
    """
    if search.reranker == "none":
        return None
    if search.reranker == "late":
        return lambda question, found: late(question, found, model)
    if not search.cross_encoder:
        raise UserError("search.cross_encoder: is not set; name the folder of a cross-encoder, as search: cross does")
    return cross(search.cross_encoder)


def rerank(found: Sequence[Passage], question: str, judge: Judge, most: int) -> list[Passage]:
    """The first `most` passages in the judge's order, equal ones as they were; then the others."""
    first, rest = list(found[:most]), list(found[most:])
    scores, floor = judge(question, first), max((one.score for one in rest), default=0.0)
    order = sorted(range(len(first)), key=lambda place: (-scores[place], place))
    return [replace(first[place], score=floor + scores[place]) for place in order] + rest


def late(question: str, found: Sequence[Passage], model: Model) -> list[float]:
    """By a passage's place and its likeness to the question, each 0 to 1 among those given; the place counts twice."""
    asked = model.tokens(question)
    near = [float((asked @ model.tokens(_text(one)).T).max(dim=1).values.mean()) for one in found]
    places = [float(-place) for place in range(len(found))]
    return [(2 * a + b) / 3 for a, b in zip(_scaled(places), _scaled(near), strict=True)]


def cross(wanted: CrossEncoder) -> Judge:
    """The cross-encoder in the folder, if its content is what the config pins; no code of the folder runs."""
    import torch

    model, tokenizer = _loaded(wanted)
    reads = min(tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", READS), READS)

    def scores(question: str, found: Sequence[Passage]) -> list[float]:
        with torch.inference_mode():
            return [_probability(model(**pair(question, one)).logits[0]) for one in found]

    def pair(question: str, one: Passage) -> Any:
        """One pair at a time: a score then depends on nothing else in a batch."""
        return tokenizer(question, _text(one), truncation="longest_first", max_length=reads, return_tensors="pt")

    return scores


def _loaded(wanted: CrossEncoder) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    from stages.core.models import settle_torch

    folder = _checked(wanted)
    settle_torch(torch.get_num_threads())
    kept: Any = {"dtype": torch.float32, "use_safetensors": True, "local_files_only": True}
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model, told = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True, **kept)
    except (ValueError, OSError, KeyError) as error:
        raise _no_cross_encoder(wanted, " ".join(str(error).split())[:200]) from None
    if told["missing_keys"]:
        raise _no_cross_encoder(wanted, f"no weights for {min(told['missing_keys'])}")
    if model.config.num_labels not in (1, 2):
        raise _no_cross_encoder(wanted, f"{model.config.num_labels} labels, where 1 or 2 are wanted")
    return model.eval(), tokenizer


def _no_cross_encoder(wanted: CrossEncoder, why: str) -> UserError:
    return UserError(f"search.cross_encoder.path: {wanted.path!r} is no cross-encoder: {why}")


def _checked(wanted: CrossEncoder) -> Path:
    from stages.core.models import folder_sha256

    folder = Path(wanted.path)
    if not (folder / "config.json").is_file() or not list(folder.glob("*.safetensors")):
        raise UserError(
            f"search.cross_encoder.path: {wanted.path!r} holds no config.json with *.safetensors; "
            "give the folder of a Hugging Face model"
        )
    found = folder_sha256(folder)
    if found != wanted.sha256:
        state = f"the folder's content is not {wanted.sha256[:12]}..." if wanted.sha256 else "is empty"
        raise UserError(f"search.cross_encoder.sha256: {state}; to rerank with what is there, set it to {found}")
    return folder


def _probability(logits: Tensor) -> float:
    """That the passage answers: of two labels the second says so."""
    return float(logits.double().softmax(0)[1] if len(logits) == 2 else logits.double().sigmoid()[0])


def _text(one: Passage) -> str:
    return in_context(one.title, one.section[-1:], one.text)


def _scaled(values: Sequence[float]) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [(value - low) / (high - low) if high > low else 1.0 for value in values]
