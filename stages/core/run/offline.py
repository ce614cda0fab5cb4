"""Nothing calls home: switch off analytics, version checks and hub look-ups before a library is imported.

Imported for its effect, by the entry point of every stage and command, ahead of all heavy imports. A user who wants one
of them back sets the variable in the environment; a value that is set there wins.
"""

import os

QUIET = {
    "SCARF_NO_ANALYTICS": "true",  # unstructured and daft, at import
    "DO_NOT_TRACK": "true",  # the same two, and others that honour the convention
    "DAFT_ANALYTICS_ENABLED": "0",
    "HF_HUB_OFFLINE": "1",  # no look-up of a model's newest revision
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_DATASETS_OFFLINE": "1",
    "DISABLE_TELEMETRY": "true",  # the Weaviate server
    "DVC_NO_ANALYTICS": "true",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "RAY_USAGE_STATS_ENABLED": "0",
    "WANDB_MODE": "disabled",
    "NO_MKDOCS_2_WARNING": "true",
    "DISABLE_MKDOCS_2_WARNING": "true",
    "TOKENIZERS_PARALLELISM": "false",
}

for _name, _value in QUIET.items():
    os.environ.setdefault(_name, _value)
