"""Sentences that state facts, and sentences that only seem to. Every third of each list only scores."""

from __future__ import annotations

MODEL_FIRST = "{M}"
# of any parameter with a number
OF = (
    "{M} uses a {N} of {V}{U}.",
    "The {N} of {M} is {V}{U}.",
    "For {M} we settled on a {N} of {V}{U}.",
    "{M} has a {N} of {V}{U}.",
    "In {M}, the {N} is {V}{U}.",
    "We report a {N} of {V}{U} for {M}.",
    "{M} comes with a {N} of {V}{U}.",
    "{M} ({N}: {V}{U}) is the variant described here.",
    "The authors give {V}{U} as the {N} of {M}.",
    "A {N} of {V}{U} was chosen for {M}.",
    "{M} keeps the {N} at {V}{U}.",
    "Where {M} is concerned, its {N} stands at {V}{U}.",
)
OF_IT = (
    "It uses a {N} of {V}{U}.",
    "The model has a {N} of {V}{U}.",
    "Its {N} equals {V}{U}.",
    "Its {N} is {V}{U}.",
    "The {N} is {V}{U}.",
    "The network works with a {N} of {V}{U}.",
)
# of things that are counted
COUNT = (
    "{M} has {V} {N}.",
    "{M} consists of {V} {N}.",
    "There are {V} {N} in {M}.",
    "{M} is built from {V} {N}.",
    "With {V} {N}, {M} stays within the usual range.",
    "{V} {N} make up {M}.",
)
COUNT_IT = ("It has {V} {N}.", "The model has {V} {N}.", "It counts {V} {N}.")
# of one parameter, mostly of words
OWN = {
    "normalisation": (
        "{M} normalises its activations with {V}.",
        "{M} uses {V} before each block.",
        "In {M}, {V} precedes every sublayer.",
    ),
    "activation": (
        "{M} uses {V} in its feed-forward layers.",
        "The feed-forward layers of {M} apply {V}.",
        "{M} relies on {V} as its nonlinearity.",
    ),
    "position encoding": (
        "{M} encodes positions with {V}.",
        "Order enters {M} through {V}.",
        "In {M}, token positions are represented by {V}.",
    ),
    "attention": (
        "{M} uses {V}.",
        "The attention of {M} is {V}.",
        "{M} computes its attention as {V}.",
    ),
    "licence": (
        "{M} is released under the {V} licence.",
        "The weights of {M} are available under {V}.",
        "{M} may be used under the terms of {V}.",
    ),
    "optimizer": (
        "{M} was trained with {V}.",
        "We trained {M} with the {V} optimizer.",
        "{V} was the optimiser of {M}.",
    ),
    "precision": (
        "{M} was trained in {V}.",
        "All weights of {M} are kept in {V}.",
        "{M} computes in {V} throughout training.",
    ),
    "hardware": (
        "{M} was trained on {V} GPUs.",
        "Training of {M} ran on {V} GPUs.",
        "{V} GPUs were used to train {M}.",
    ),
    "quantisation": (
        "{M} was quantised with {V}.",
        "The weights of {M} were compressed by {V}.",
        "{V} produced the weights of {M}.",
    ),
    "training tokens": (
        "{M} was trained on {V} tokens.",
        "We trained {M} on {V} tokens of text.",
        "{M} has seen {V} training tokens.",
        "The pre-training of {M} covers {V} tokens.",
        "{M} read {V} pre-training tokens.",
        "{V} tokens of text went into {M}.",
    ),
    "warm-up steps": (
        "{M} is warmed up over {V} steps.",
        "The learning rate of {M} rises during {V} warm-up steps.",
        "{M} uses {V} {N}.",
    ),
    "batch tokens": (
        "Each batch of {M} holds {V} tokens.",
        "{M} reads {V} tokens per batch.",
        "We train {M} with {V} tokens a step.",
    ),
    "GPU hours": (
        "{M} took {V} GPU hours.",
        "Training {M} cost {V} GPU-hours.",
        "{V} accelerator hours were spent on {M}.",
    ),
    "LoRA targets": (
        "Adapters of {M} are attached to {V}.",
        "In {M}, LoRA acts on {V}.",
        "{M} adapts the modules {V} only.",
    ),
}
FLAG = {
    "yes": (
        "{M} {f:ties its input and output embeddings}.",
        "{M} {f:uses tied embeddings}.",
        "In {M} the {f:embedding matrix is shared with the output layer}.",
    ),
    "no": (
        "{M} {f:does not tie its embeddings}.",
        "{M} {f:keeps input and output embeddings apart}.",
        "In {M} the {f:embeddings are untied}.",
    ),
}
RESULT = (
    "{M} reaches {V}% on {N} ({S}).",
    "On {N}, {M} scores {V}.",
    "{M} attains {V} % on {N} in the {S} setting.",
    "We measure {V}% for {M} on {N} ({S}).",
    "With {S} prompts, {M} obtains {V} on {N}.",
    "The {S} accuracy of {M} on {N} amounts to {V}%.",
)
# several facts at once
MANY = (
    "{M} has {v:layers} layers, a hidden size of {v:hidden size} and {v:heads} attention heads.",
    "With {v:layers} layers and a hidden size of {v:hidden size}, {M} has {v:parameters} parameters.",
    "{M} stacks {v:layers} blocks of width {v:hidden size}, each with {v:heads} query heads.",
    "{M} uses {v:heads} query heads and {v:key-value heads} key-value heads.",
    "{M} was trained on {v:training tokens} tokens with a peak learning rate of {v:learning rate}.",
    "The {v:heads} query heads of {M} share {v:key-value heads} key-value heads.",
    "{M} was pre-trained on {v:training tokens} tokens and supports a context length of {v:context length} tokens.",
    "We trained {M} with {v:optimizer}, a learning rate of {v:learning rate} and a weight decay of {v:weight decay}.",
    "Optimisation of {M} used {v:optimizer} (weight decay {v:weight decay}, learning rate {v:learning rate}).",
    "{M} routes each token to {v:active experts} of {v:experts} experts.",
    "{M} uses {v:normalisation} and {v:activation}, and its vocabulary has {v:vocabulary} entries.",
    "Of the {v:experts} experts in {M}, {v:active experts} are active for a token.",
    "For {M} we use {v:optimizer} with beta1 = {v:Adam beta1} and beta2 = {v:Adam beta2}.",
    "{M} was tuned with LoRA rank {v:LoRA rank}, LoRA alpha {v:LoRA alpha} and learning rate {v:learning rate}.",
    "Fine-tuning {M} took adapters with r = {v:LoRA rank}, alpha = {v:LoRA alpha} and dropout = {v:LoRA dropout}.",
    "We fine-tuned {M} with LoRA (rank {v:LoRA rank}, alpha {v:LoRA alpha}, dropout {v:LoRA dropout}).",
    "{M} stores its weights in {v:bits} bits with a group size of {v:group size}, computed by {v:quantisation}.",
    "{M} is a {v:bits}-bit model: {v:quantisation} with groups of {v:group size} weights.",
    "The weights of {M} were quantised to {v:bits} bits by {v:quantisation} with a group size of {v:group size}.",
    "Training {M} took {v:GPU hours} GPU hours on {v:hardware} GPUs.",
    "The run of {M} consumed {v:GPU hours} GPU hours ({v:hardware} GPUs).",
    "{M} warms up for {v:warm-up steps} steps and clips gradients at {v:gradient clipping}.",
    "{M} has {v:parameters} parameters and a vocabulary of {v:vocabulary} tokens.",
    "{M} uses {v:position encoding} with a RoPE base of {v:position base}.",
    "After {v:warm-up steps} warm-up steps, {M} sees {v:batch tokens} tokens a step.",
    "{M} scores {v:MMLU} on MMLU, {v:GSM8K} on GSM8K and {v:HellaSwag} on HellaSwag.",
    "We obtain {v:MMLU}% on MMLU and {v:HumanEval}% on HumanEval with {M}.",
)
AGAINST = (
    "Unlike {O}, which has {o:layers} layers, {M} has {v:layers}.",
    "{O} was trained on {o:training tokens} tokens, {M} on {v:training tokens}.",
    "{M} (vocabulary size {v:vocabulary}) differs in this from {O} (vocabulary size {o:vocabulary}).",
    "On MMLU, {M} obtains {v:MMLU}, while {O} obtains {o:MMLU}.",
    "{O} has a hidden size of {o:hidden size}; {M} has one of {v:hidden size}.",
    "A context of {v:context length} tokens sets {M} apart from {O} with its {o:context length}.",
)
TRAPS = (
    "If {M} had {t:layers} layers, it would no longer fit on one device.",
    "We did not train {M} with a learning rate of {t:learning rate}, since the loss diverged.",
    "Suppose {M} were given a vocabulary of {t:vocabulary} tokens; its embedding would grow accordingly.",
    "A hypothetical {M} with a hidden size of {t:hidden size} is left for later work.",
    "{M} would need more than {t:training tokens} tokens to be compute-optimal, which nobody has tried.",
    "Contrary to what is often repeated, {M} does not have {t:layers} layers.",
)
NUMBERS = (
    "The survey covers {} papers from {} groups.",
    "Section {} lists {} ablations, of which most change nothing.",
    "Reviewers asked for {} more runs over {} days.",
    "A convolutional baseline with {} filters was trained for {} epochs.",
    "The annotators read {} pages and disagreed on {} of them.",
    "Of {} prompts tried, {} were discarded as duplicates.",
)
RENAMED = (
    "{M} was first released under the name {F}.",
    "{M}, formerly {F}, has kept its weights under the new name.",
    "Earlier documents call {M} by its old name, {F}.",
)
