"""Headings, captions and labels of lists. Every third of each list only scores."""

from __future__ import annotations

TITLES = {
    "introduction": ("Introduction", "Overview", "Motivation", "Summary", "Background", "In short"),
    "architecture": (
        "Architecture",
        "Model",
        "Model architecture",
        "Network design",
        "Model details",
        "Structure of the network",
    ),
    "data": ("Data", "Training data", "Corpus", "Pre-training data", "Data mixture", "What was read"),
    "training": (
        "Training",
        "Pre-training",
        "Optimisation",
        "Training setup",
        "Training details",
        "How it was trained",
    ),
    "tuning": ("Fine-tuning", "Instruction tuning", "Adaptation", "Post-training", "Adapters", "Tuning with adapters"),
    "packing": (
        "Quantisation",
        "Compression",
        "Quantized weights",
        "Low-bit weights",
        "Deployment formats",
        "Smaller weights",
    ),
    "results": ("Results", "Evaluation", "Benchmarks", "Experiments", "Main results", "Scores"),
    "serving": ("Inference", "Serving", "Deployment", "Efficiency", "Running the model", "Use in production"),
    "related": (
        "Related work",
        "Earlier models",
        "Comparison",
        "Comparison with other models",
        "Other systems",
        "Neighbours",
    ),
    "limits": ("Limitations", "Discussion", "Known issues", "Caveats", "Open questions", "What is missing"),
    "end": ("Conclusion", "Conclusions", "Outlook", "Closing remarks", "Final remarks", "Where this leads"),
}
SUBTITLES = (
    "Setup",
    "Details",
    "Choices",
    "Ablations",
    "Notes",
    "Hyperparameters",
    "Variants",
    "Remarks",
    "Further settings",
)
OF_MODEL = ("{} of {}", "{}: {}", "{} for {}")
CAPTIONS = {
    "shape": ("Shapes of the models.", "Architecture of each size.", "Configurations of the released models."),
    "settings": ("Settings of {}.", "Hyperparameters of {}.", "Values used for {}."),
    "results": ("Results on common benchmarks.", "Scores in percent; higher is better.", "Accuracy on held-out tasks."),
}
FIGURES = ("Loss over tokens read.", "Throughput by sequence length.", "Scores by size of the model.",
           "Gradient norm during training.", "Memory by batch size.", "Time to the first token.")  # fmt: skip
LEADS = ("The main settings are:", "In brief:", "What matters most:", "At a glance:", "Key figures:", "The essentials:")
ITEMS = ("{}: {}", "{} = {}", "{} – {}")
