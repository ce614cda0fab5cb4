"""Words that tell whether a sentence states a value, and of which model: doubts, denials, comparisons."""

from __future__ import annotations

import re


def _any(*words: str, behind: str = "") -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b{behind}", re.IGNORECASE)


TRAINED = {
    *("learning rate", "batch size", "epochs", "warm-up steps", "training steps", "training tokens", "weight decay"),
    *("optimizer", "learning rate schedule", "training sequence length", "gradient clipping", "hardware", "GPU hours"),
}
"""Parameters of how a model was trained."""
SHAPED = {
    *("parameters", "active parameters", "layers", "hidden size", "feed-forward size", "heads", "key-value heads"),
    *("head dimension", "experts", "active experts"),
}
"""Parameters of how a model is built, as numbers."""
UNREAL = re.compile(
    r"\b(?:if|would|could|suppose|assum\w+|imagine|hypothetical\w*|for example|for instance|such as|say|might|whether"
    r"|at least|larger models|ablat\w+|experiments?|worse|(?:each|per|every) (?:GPU|device|node|rank|worker))\b"
    r"|\?|\be\.g\.",
    re.IGNORECASE,
)
"""A sentence with one of these is not read at all."""
GENERAL = re.compile(
    r"\b(?:conventional|traditional|existing|typical|prior|previous|other|most|many)\s+(?:[\w-]+\s+){0,2}"
    r"(?:models|methods|approaches|architectures|LLMs|works?)\b",
    re.IGNORECASE,
)
"""A sentence with this that names no model is not about the one that is spoken of."""
DENIED = re.compile(
    r"\b(?:not|never|no|without|cannot|neither|nor|instead of|rather than|than|unlike)\b|n't\b", re.IGNORECASE
)
"""Before a value in its clause, they take it back."""
PARTLY = _any(
    r"(?:final|second|(?:fi|ﬁ)rst|last|third|subsequent|annealing|cooldown) (?:training )?(?:stages?|phases?)",
    *("final", "remaining", "another", r"switch\w*", "stages?", "each of the", "subset", "extra", r"additional\w*"),
    *("until", r"consum\w+", "checkpoint", "intermediate checkpoints?", "on each"),
)
"""A value in such a clause holds for a part of a run."""
SEVERAL = re.compile(
    r"(?:(?:each|both|all|neither)(?: of (?:them|these))?(?: models?)?|they|these(?: two| three)? models)"
    r" (?:has|have|uses?|is|are|was|were|shares?)\b",
    re.IGNORECASE,
)
"""At the start of a sentence without a name: it speaks of several models."""
OTHERS = {
    "bits": _any(
        *("states?(?!-of-)", "caches?", "gradients?", "activations?", r"optimi[sz]er\w*", "moments?", r"communicat\w+"),
        *(r"accumulat\w+", "GEMMs?", "registers?", "mantissas?", "exponents?", "highest", "significant", "elements?"),
    ),
    "licence": _any("code", behind=r"(?!.*\b(?:weights?|models?)\b)"),
    "training tokens": _any("sequences?", "contexts?", "windows?", "batch(?:es)?"),
    "parameters": _any(
        *(r"rang(?:e|es|ing)", r"from\s\S+\s(?:\w+illion\s)?to", r"outperform\w*", r"surpass\w*"),
        *(r"beat(?:s|ing)?", r"exceed\w*", r"rival\w*"),
    ),
    "optimizer": _any(r"alternatives? to", r"contenders? to", r"replac\w+", r"same \w+ as", r"\d-bit"),
    "precision": _any(
        *(r"accumulat\w*", "states", "moments", "gradients", "caches?", "master", "logits", "GEMMs?", "activations"),
        *(r"dequanti\w*", "softmax", "baselines?", "above", "below", "versus", "vs", "equivalent", r"compar\w+"),
    ),
}
"""Before a value of these in its clause: it is of something else than the model, or than all of its training."""
PARTS = {"precision"}
"""Of these also behind the value: FP32 accumulation."""
SHARE = re.compile(r"\s*(?:per|a|each|in (?:a|each|every))\s+(?:batch|step|sequence|update|device|GPU)\b")
"""Behind a value: it is that of a part."""
ACTIVE = re.compile(r"\s+(?:(?:are|is|being)\s+)?(?:activated|active)\b")
"""Behind a number of experts, unless it is the whole that some are activated of: those are not all that there are."""
TUNING = re.compile(r"\b(?:(?:fi|ﬁ)ne-?\s?tun|(?:SFT|RLHF|DPO|GRPO|PPO|Q?LoRA)\b)", re.IGNORECASE)
TUNED = re.compile(
    r"[\s-](?:Instruct|Chat|Coder|Code|Math|Guard|Thinking|Zero|SFT|DPO|RLHF|Assistant|Dialog|Dialogue|Aligned|Guide|Distill|Reasoning"
    r"|Tuned|Preview)(?![A-Za-z])"
)
"""In a model's name: it was tuned, so that what tunes it trained it."""
PRETRAINED = re.compile(r"\btrain(?:s|ed|ing)?\b", re.IGNORECASE)
SHOWN = re.compile(
    r"\b(?:inference|serv(?:e|es|ing)|latency|throughput|generation|offload\w*|demonstrat\w+|speed\w*|faster|slow\w*|parity"
    r"|benchmark\w*|evaluat\w+|runs?|running|requir\w+|needed|MFU|overhead|memory)\b",
    re.IGNORECASE,
)
"""In a sentence: its devices are those that somebody shows a model to run on, not those that it was trained on."""
LOCAL = re.compile(r"\b(?:local|micro|per[\s-](?:device|GPU|rank))[\s-]?batch", re.IGNORECASE)
"""In a sentence: its batch sizes are those of a setup that somebody shows."""
TRIAL = re.compile(
    r"(?:fi|ﬁ)ne-?\s?tun|\b(?:SFT|DPO|GRPO|PPO|RLHF|LoRA|QLoRA|PEFT|preference|policy optimi[sz]ation|post-training"
    r"|examples?|hands-on|exercises?|tutorial|quick\s?start)\b",
    re.IGNORECASE,
)
"""In a heading: settings below it are those of a run that a reader is shown, and not of how the model came to be."""
CLAUSE = re.compile(r"[;:]|,\s(?:but|while|whereas|instead|rather|which|since)\b|\s(?:but|while|whereas)\s")
COMPARED = _any(
    *("than", "unlike", "compared (?:with|to)", "different from", "similar to", "following", "as", "in contrast to"),
    *(r"(?:similar|identical|same) \w+ (?:to|as)", r"(?:comparable|competitive|on par) (?:to|with)(?:\s[\w×.-]+){0,3}"),
    *(r"outperform\w*", r"surpass\w*", "beats?", r"exceed\w*", "against", "over"),
    *("inherited from", "based on", "contrary to", "like", "from", "times", "teachers?"),
    r"(?:\d+(?:\.\d+)?%|times|half) (?:of )?the size of",
    *("including", "besides", "apart from", "aside from", "in addition to"),
    behind=r"\s+(?:that of\s+|the\s+)?$",
)
"""Before a model's name: another model is compared with this one."""
ADJECTIVE = re.compile(
    r"(?:['’]s)?\s+(?:\w+\s+)?(?:line|family|series|report|paper|recipe|lineage|style|shape|teacher|tokenizer"
    r"|vocabulary|config\w*)\b|-(?:style|like|shaped?|based|class|derived|family)\b"
)
"""Behind a model's name: it qualifies something else, as in `a BERT-base shape`."""
TOPIC = re.compile(
    r"\b(?:introduc|present|propos|releas|train|describ|of|in|for|to|by|into|on|up)\w*\s+(?:the\s+)?$|,\s*$",
    re.IGNORECASE,
)
"""Before a model's name: the sentence may be about it."""
SIZE = r"\d{1,4}(?:\.\d{1,2})?[BM](?:-A\d{1,3}(?:\.\d)?B)?"
SIZES = re.compile(
    rf"(?<![\w.-])(?P<size>{SIZE})(?![\w.-])(?:(?=\s+(?:models?|variants?|versions?|has|have|uses?)\b)"
    r"|(?:(?<=A\dB)|(?<=A\d\dB))(?=\s*\()"
    rf"|(?=(?:,\s*|,?\s+and\s+)(?:the\s+)?{SIZE}(?:,|\s+(?:and|models?|variants?|has|have|uses?)\b)))"
)
"""A size that stands for a model, since a verb, a noun or another size follows it."""
RESPECTIVELY = re.compile(r"\brespectively\b")
TOGETHER = re.compile(r"\s*(?:,|,?\s+and|,?\s+or|/|&)\s*")
"""Between two models: whose value it is stays in doubt."""
USES = _any(
    *(r"us(?:es?|ed|ing)", r"employ\w*", r"adopt\w*", r"utili[sz]\w*", "appl(?:y|ies|ied)", "is", "are", "was", "were"),
    *("trained (?:with|in|on|using)", "optimi[sz]ed (?:with|by|using)", "with"),
)
OURS = re.compile(
    r"\b(?:[Ww]e|[Oo]ur|[Ii]t|[Ii]ts|[Tt]he model|[Tt]his model|[Tt]he network|[Tt]he (?:final|main) model)\b"
)
DEFINED = re.compile(
    r"(?!(?:The|This|That|These|Our|We|It|Its|Each|An?|In|For|With|Here)\b)[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,3}(?:\s\([^()]*\))?"
    r"\s(?:denotes|refers\sto|stands\sfor|represents|is\san?)\s"
)
"""At the start of a sentence without a model's name: it says what something else is."""
STRANGE = re.compile(
    r"related work|ablation|appendix|prior work|previous work|background|comparison|discussion|limitation|preliminar"
    r"|fine-?tun|post-?training|reinforcement|alignment|scaling law|evaluation|case stud|experiments on|downstream"
    r"|distill|reward",
    re.IGNORECASE,
)
"""In a heading: what no model is named for there is not the document's own model."""
ABLATED = re.compile(r"\bablat|\bscaling laws?\b", re.IGNORECASE)
"""In a heading: tables below it are of models of an experiment."""
MODULE = (
    r"(?:\bViTs?\b|\b(?:vision|visual|image|audio|speech)\s(?:encoder|tower|transformer|backbone)s?\b"
    r"|\b(?:MTP|(?:multi|next)-token[\s-]prediction)\s(?:module|layer|head|block)s?\b|\b(?:draft|reward|teacher)\smodels?\b)"
)
OF_MODULE = re.compile(
    rf"{MODULE}(?!.*(?:[;]|,\s(?:but|while|whereas)\b|\s(?:while|whereas)\s))", re.IGNORECASE | re.DOTALL
)
"""Before a number in its clause: it is of a module beside the model, or of another model that serves it."""
FOR_MODULE = re.compile(
    rf"\s*(?:parameters\s|weights\s)?(?:of|for|in|from)\s(?:the\s|its\s|a\s|an\s)?{MODULE}", re.IGNORECASE
)
"""The same behind it."""
BASE = re.compile(r"\s+(?:base|theta|frequency|scaling)\b", re.IGNORECASE)
"""Behind RoPE: its base is meant."""
