"""Harmless sentences about methods: true, without facts of a model, and made in many ways so that documents differ."""

from __future__ import annotations

from benchmarks.truth.dice import Dice, of_part

SUBJECTS = {
    "general": (
        ("Language models", "Open models", "Decoder-only networks", "Recent systems", "Small models", "Large networks"),
        ("are judged by", "are compared on", "owe much to", "depend on", "are limited by", "profit from"),
        ("the data they have read", "careful engineering", "how their training is measured",
         "the care given to details",
         "the quality of their tokenizer", "the budget that was available", "what is reported about them"),
    ),
    "architecture": (
        ("The residual stream", "Each block", "The attention layer", "A gated feed-forward layer", "The output head",
         "The embedding table", "Every sublayer"),
        ("reads", "combines", "passes on", "rescales", "projects", "mixes"),
        ("the states of earlier positions", "what the layer below has written", "a normalised copy of its input",
         "information from all heads", "the features of the current token", "several views of the same vector"),
    ),
    "data": (
        ("Web pages", "Source files", "Encyclopedias", "Books out of copyright", "Mathematical notes", "Forum posts"),
        ("were filtered", "were deduplicated", "were sampled again", "were sorted by language", "were checked by hand",
         "were weighted"),
        ("before tokenization", "by simple rules", "with a small classifier", "so that rare topics remain",
         "at the level of paragraphs", "to keep the mixture balanced"),
    ),
    "training": (
        ("The schedule", "A longer warm-up", "Gradient accumulation", "Checkpointing of activations",
         "The cosine decay",
         "Data parallelism", "A constant phase"),
        ("keeps", "makes", "leaves", "helps to keep", "is known to make", "tends to leave"),
        ("the loss curve smooth", "early steps stable", "memory within bounds", "throughput nearly unchanged",
         "restarts cheap", "the final loss insensitive to the seed", "large batches workable"),
    ),
    "tuning": (
        ("Adapters", "Low-rank updates", "Preference data", "Supervised examples", "Short dialogues", "Instructions"),
        ("change", "shape", "adjust", "steer", "refine", "narrow down"),
        ("the tone of answers", "how a model follows requests", "only a small part of the weights",
         "the format of replies more than their content", "behaviour on rare prompts", "when the model declines"),
    ),
    "packing": (
        ("Quantised weights", "Smaller number formats", "Grouped scales", "Calibration samples", "Rounding schemes"),
        ("reduce", "affect", "influence", "govern", "decide on", "limit"),
        ("the memory that serving takes", "how fast weights are read", "the error of each matrix product",
         "accuracy on long inputs", "the cost of a token", "which layers are the most sensitive"),
    ),
    "results": (
        ("Benchmarks", "Few-shot prompts", "Multiple-choice tests", "Coding tasks", "Word problems",
         "Automatic scores"),
        ("reveal", "hide", "capture", "summarise", "overstate", "show"),
        ("differences between checkpoints", "only part of what users notice", "how sensitive a model is to wording",
         "gains that later vanish", "the effect of the final training phase", "memorised material"),
    ),
    "serving": (
        ("The cache of keys and values", "Batching of requests", "Speculative decoding", "Paged memory",
         "A prefix cache",
         "Streaming of tokens"),
        ("dominates", "lowers", "bounds", "shapes", "determines", "improves"),
        ("latency at long contexts", "the cost of a request", "how many users one device can serve",
         "the time to the first token", "memory traffic", "throughput under load"),
    ),
}  # fmt: skip
FRAMES = (
    "{} {} {}.",
    "In practice, {} {} {}.",
    "As others have observed, {} {} {}.",
    "{} {} {}, which agrees with earlier reports.",
    "It is well known that {} {} {}.",
    "{} {} {}; we return to this below.",
    "{} often {} {}, at least in our experience.",
    "Several groups found that {} {} {}.",
    "To a first approximation, {} {} {}.",
    "{} {} {}, although exceptions exist.",
    "For this reason one may say that {} {} {}.",
    "{} {} {} (see the discussion by {a}).",
    "Following {a}, we assume that {} {} {}.",
    "{} {} {} [{c}].",
    "Work by {a} suggests that {} {} {}.",
)
ADVERBS = ("", "", "", " as a rule", " in most cases", " to some extent", " over time", " more than expected",
           " by design",
           " under load", " at every scale", " without further tuning")  # fmt: skip
PEOPLE = ("Amberg", "Boström", "Calder", "Dvorak", "Eklund", "Farsi", "Grewal", "Halloran", "Ivanova", "Jansen",
          "Kimura",
          "Lindqvist", "Moreau", "Nakata", "Okafor", "Petrov", "Quiroga", "Rahimi", "Sato", "Tanaka", "Ueda", "Varga",
          "Weiss", "Xu", "Yilmaz", "Zhou")  # fmt: skip
GIVEN = ("Ada", "Ben", "Chiara", "Daniel", "Elif", "Femi", "Greta", "Hana", "Igor", "Jonas", "Kavya", "Leo", "Mina",
         "Nils",
         "Olga", "Priya", "Rui", "Sara", "Tom", "Vera")  # fmt: skip
SYNONYMS = {
    "often": "frequently", "keeps": "holds", "several": "some", "observed": "noted", "careful": "thorough",
    "reveal": "expose", "found": "saw", "cost": "price", "shows": "indicates", "small": "little", "reports": "accounts",
    "earlier": "previous", "improves": "betters", "limit": "restrict", "reduce": "lower", "practice": "use",
    "assume": "suppose", "change": "alter", "suggests": "hints", "large": "big", "influence": "affect",
    "makes": "renders",
    "combines": "joins", "lowers": "reduces", "summarise": "condense", "judged": "assessed", "discussion": "treatment",
}  # fmt: skip


def filler(topic: str, part: str, own: Dice) -> str:
    """One sentence on a topic."""
    frame = own.pick(of_part(FRAMES, part))
    who, does, what = (own.pick(words) for words in SUBJECTS[topic])
    what += own.pick(ADVERBS)
    author, year, cited = own.pick(PEOPLE), own.between(2017, 2025), own.between(1, 48)
    if not frame.startswith("{}"):
        who = who[0].lower() + who[1:]
    return frame.replace("{a}", f"{author} et al. ({year})").replace("{c}", str(cited)).format(who, does, what)


def author(own: Dice) -> str:
    return f"{own.pick(GIVEN)} {own.pick(PEOPLE)}"


def reworded(text: str, own: Dice, share: float) -> tuple[str, int]:
    """The text with some words changed for others of the same meaning, and how many."""
    words, changed = text.split(" "), 0
    for at, word in enumerate(words):
        if own.random() < share and word in SYNONYMS:
            words[at], changed = SYNONYMS[word], changed + 1
    return " ".join(words), changed
