"""`python -m benchmarks.cluster`: see `benchmarks.cluster`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cluster.documents import LEAST, Known, known_documents
from stages.core import table
from stages.score.topics import agreement
from tests.pipeline.project import Project, copy_of_the_project

Labels = dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster")
    parser.add_argument("--part", choices=("develop", "score"), default="score")
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--keep", type=Path, help="folder of the build, found again by the next run")
    options = parser.parse_args()
    known = known_documents(options.corpus)
    with tempfile.TemporaryDirectory() as folder:
        build = built(options.keep or Path(folder), known)
        tasks, finer = labels(build)
        vectors = vectors_of(build)
    scored = [held for held in known if held.part == options.part and held.name in tasks]
    results = {
        name: compared(pairs, ours, vectors)
        for name, pairs, ours in (
            ("folders", [(held, held.task) for held in scored if held.task], tasks),
            ("own_folders", own_folders(scored), finer),
            ("front", [(held, tag) for held in scored for tag in held.tags], tasks),
            ("abstracts", [(held, held.topics[0]) for held in scored if len(held.topics) == 1], finer),
            ("pairs", [(held, tag) for held in scored for tag in held.topics], finer),
        )
    }
    for name, result in results.items():
        print(name, *(f"{key} {value}" for key, value in result.items()), sep="  ")
    print(json.dumps({"part": options.part, **results}))


def own_folders(scored: list[Known]) -> list[tuple[Known, str]]:
    often = Counter(held.folder for held in scored if held.folder)
    return [(held, held.folder) for held in scored if often[held.folder] >= LEAST]


def built(folder: Path, known: list[Known]) -> Path:
    """The build/ of a project with these documents: made, or brought up to date with the code as it is."""
    path = folder.absolute() / "project"
    kept = folder.absolute() / "kept"
    if (path / "build").exists():
        (path / "build").rename(kept)
        shutil.rmtree(path)
    project = copy_of_the_project(path, LITMILL_CACHE=f"{folder.absolute()}/cache")
    if kept.exists():
        kept.rename(path / "build")
    for held in known:
        (path / "documents" / held.name).parent.mkdir(parents=True, exist_ok=True)
        (path / "documents" / held.name).write_text(held.text, encoding="utf-8")
    project.params(documents="documents", corpus={"packages": [], "families": [], "shards": 16})
    stages(project)
    return path / "build"


def stages(project: Project) -> None:
    """The stages one by one, so that those with kept outputs compute what is new."""
    project.environment["PYTHONPATH"] = str(project.path)
    for stage in ("compose", "collect", "parse", "extract", "embed", "organize"):
        print(project.run("python", "-m", f"stages.{stage}").stderr.strip().splitlines()[-1:], flush=True)


def labels(build: Path) -> tuple[Labels, Labels]:
    """The task of each document, and its finer cluster (the task where it is in none)."""
    clusters = json.loads((build / "knowledge/clusters.json").read_text(encoding="utf-8"))
    tasks = {key: cluster["id"] for cluster in clusters for key in cluster["documents"]}
    finer = {key: part["id"] for cluster in clusters for part in cluster["clusters"] for key in part["documents"]}
    return tasks, {**tasks, **finer}


def vectors_of(build: Path) -> dict[str, np.ndarray]:
    rows = table.read(build / "outlines", ["document", "vector"])
    return {row["document"]: np.array(row["vector"]) for row in rows if row["vector"]}


def compared(pairs: list[tuple[Known, str]], ours: Labels, vectors: dict[str, np.ndarray]) -> dict[str, Any]:
    """NMI and purity of ours, and NMI of each peer, over pairs (document, topic)."""
    pairs = [pair for pair in pairs if pair[0].name in vectors]
    documents = list({held.name: held for held, _ in pairs}.values())
    number = len({ours[held.name] for held in documents})
    topics = [topic for _, topic in pairs]
    found = agreement([ours[held.name] for held, _ in pairs], topics)
    result: dict[str, Any] = {"documents": len(documents), "clusters": number, "topics": found.topics}
    result |= {"nmi": round(found.nmi, 3), "purity": round(found.purity, 3)}
    for name, peer in peers(documents, vectors, number).items():
        given = dict(zip((held.name for held in documents), peer(), strict=True))
        result[name] = round(agreement([given[held.name] for held, _ in pairs], topics).nmi, 3)
    return result


def peers(documents: list[Known], vectors: dict[str, np.ndarray], number: int) -> dict[str, Callable[[], list[Any]]]:
    """Each peer's labels of the documents, in their order."""
    from sklearn.cluster import HDBSCAN, KMeans
    from sklearn.decomposition import PCA
    from sklearn.feature_extraction.text import TfidfVectorizer

    dense = np.stack([vectors[held.name] for held in documents])

    def means(points: Any) -> list[Any]:
        return KMeans(n_clusters=number, random_state=1, n_init=4).fit_predict(points).tolist()

    def words() -> list[Any]:
        vectoriser = TfidfVectorizer(stop_words="english", min_df=2, max_features=20000, sublinear_tf=True)
        return means(vectoriser.fit_transform([held.text for held in documents]))

    def density() -> list[Any]:
        return HDBSCAN(min_cluster_size=5, copy=True).fit_predict(PCA(5, random_state=1).fit_transform(dense)).tolist()

    return {
        "vectors_k_means": lambda: means(dense),
        "tfidf_k_means": words,
        "density": lambda: (
            HDBSCAN(min_cluster_size=5, copy=True).fit_predict(PCA(5, random_state=1).fit_transform(dense)).tolist()
        ),
        "repository": lambda: [held.repository for held in documents],
    }


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    main()
