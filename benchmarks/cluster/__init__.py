"""Clusters by task against topics that others gave: normalised mutual information, beside peers on the same documents.

    python -m benchmarks.cluster [--part score] [--corpus ../shared/corpus] [--keep FOLDER]

The documents (Markdown, model cards, 1,800 abstracts) are built up to organize in a copy of the project, under names
that say nothing. `--keep` leaves that copy, and finds it again. Only the documents of one part, chosen by a hash of
their text, are scored: rules were written on `develop`. What is compared was chosen before any score was seen:

folders     the task that a folder is on (topics.yaml, by hand), against our tasks
own_folders the folder itself, languages folded, of at least five documents, against our finer clusters
front       each (document, tag) of YAML front matter, less tags that say nothing, against our tasks
abstracts   abstracts with one tag besides venues and `Has Code`, against our finer clusters
pairs       each (abstract, tag) of all abstracts, against our finer clusters

Peers, with as many clusters as ours has in that comparison: k-means on the mean vectors of the chunks; k-means on
TF-IDF of the texts; density clusters on five principal components of the vectors (what BERTopic does, with PCA for
UMAP; it chooses their number). `repository` is no clustering: it names the repository that a document came from.
The last line is JSON.
"""
