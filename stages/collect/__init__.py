"""Collect: the documents that a build is made of, as they are, packed into shards.

    dvc repro collect        or alone: python -m stages.collect

reads   the user's documents (a folder or an archive), what is installed, and the sources on the network that
        `corpus:` names: arXiv, the Hugging Face hub, git repositories, URLs, storage that fsspec opens
writes  build/corpus/: per document its kind, media type, origin, licence and raw bytes

Nothing is lost: what cannot be read, is too large or is no document gets a row with a reason, and parse quarantines it.
Behind this stage nobody walks a folder; the order in which the disk lists it does not matter. What came from the
network is kept outside the workspace, so that a fetch that died goes on where it stopped; see docs/sources.md.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import Field

from stages.core.run.config import config

Package = Literal[
    "accelerate",
    "deepspeed",
    "einops",
    "gguf",
    "huggingface-hub",
    "hydra-core",
    "omegaconf",
    "peft",
    "safetensors",
    "scikit-learn",
    "sentence-transformers",
    "spacy",
    "thinc",
    "tokenizers",
    "torch",
    "transformers",
    "unstructured",
    "weaviate-client",
]
LIBRARIES: tuple[str, ...] = (*get_args(Package), "lxml", "pyarrow")


@config
class Network:
    """How a source on the network is asked. None is on unless an option of conf/corpus/ chooses it."""

    refreshed: str
    """Any word, such as today's date. What is not pinned is asked for once under it: change it to look again."""
    seconds_between: Annotated[float, Ge(0)]
    """Least time between two requests to one host, in seconds; a longer Crawl-delay of its robots.txt wins."""
    timeout: Annotated[float, Gt(0)]
    """Seconds that a server may be silent before a request counts as failed."""
    retries: Annotated[int, Ge(0)]
    """Times that a failed request (429, 5xx, lost connection) is repeated, each after twice the wait."""
    longest_wait: Annotated[float, Gt(0)]
    """Seconds that a server may make us wait before one repetition (Retry-After); longer waits are cut to it."""
    agent: Annotated[str, MinLen(1)]
    """Name under which we ask; add a way to reach you: "litmill (mailto:me@example.org)"."""


@config
class Arxiv(Network):
    """Papers of arXiv: their records, as Atom entries, and their full text."""

    ids: list[str]
    """Papers by id, such as 2106.09685v2; without a version, the newest. Empty: none."""
    queries: list[str]
    """Queries of the arXiv API, such as "cat:cs.CL AND abs:attention"; empty: none."""
    limit: Annotated[int, Ge(1)]
    """Papers taken of each query, newest first."""
    oai_sets: list[str]
    """Sets harvested by OAI-PMH, such as "cs"; empty: none."""
    oai_from: str
    """First day harvested, YYYY-MM-DD, by the day the record changed; empty: from the beginning."""
    oai_until: str
    """Last day harvested, YYYY-MM-DD; empty: up to now."""
    dump: str
    """URL of the bulk metadata, one JSON object a line, plain, .gz or .zip; any scheme of fsspec. Empty: none."""
    categories: list[str]
    """Of the harvest and the dump, the categories that are kept, as globs such as "cs.*"; empty: all."""
    full_text: list[Literal["latex", "pdf"]]
    """What is taken beside the records; empty: nothing."""
    api: str
    """Address of the arXiv API."""
    oai: str
    """Address of the OAI-PMH service."""
    files: str
    """Address below which /e-print/ID and /pdf/ID lie."""


@config
class HubQuery:
    """Models of the hub that fit all that is not empty."""

    search: str
    """Words in the model's name; empty: any."""
    author: str
    """User or organisation; empty: any."""
    tags: list[str]
    """Tags that the model must have, such as "text-generation"; empty: any."""
    limit: Annotated[int, Ge(1)]
    """Models taken, the most downloaded first."""


@config
class Hub(Network):
    """Files of model repositories on the Hugging Face hub; a token comes from $HF_TOKEN alone."""

    models: list[str]
    """Repositories: "owner/name@revision" (a commit's 40 digits pin it), or "owner/name" for the newest commit."""
    queries: list[HubQuery]
    """Queries whose models are taken as well; empty: none."""
    files: list[str]
    """Globs on the names of the files taken, such as "README.md" and "config.json"."""
    endpoint: str
    """Address of the hub."""


@config
class Repository:
    """One git repository at one commit."""

    url: str
    """Address, as `git clone` takes it."""
    commit: Annotated[str, Field(pattern="^[0-9a-f]{40}([0-9a-f]{24})?$")]
    """The commit's hash in full."""
    include: list[str]
    """Globs on paths in the repository, of which one must fit; `*` crosses `/` too."""
    exclude: list[str]
    """Globs of what is left out again; empty: nothing."""
    licence: str
    """Licence of its documents; empty: as its LICENSE file begins."""


@config
class Git:
    """Documents of git repositories. A commit never changes, so nothing is asked for twice."""

    repositories: list[Repository]
    """The repositories; access is what your git is set up for."""
    timeout: Annotated[float, Gt(0)]
    """Seconds that one fetch may take."""
    retries: Annotated[int, Ge(0)]
    """Times that a failed fetch is repeated, after 2, 4, 8, ... seconds."""


@config
class Urls(Network):
    """Documents by their addresses; robots.txt is respected."""

    addresses: list[str]
    """http and https URLs, each of one document."""


@config
class Remote(Network):
    """Folders and archives elsewhere, by any URL that fsspec opens: s3://, gs://, https://, sftp://, file://."""

    places: list[str]
    """URLs of folders and of archives (.zip, .tar, .tar.gz, ...); keys come from the environment."""
    include: list[str]
    """Globs on paths below each place, of which one must fit; `*` crosses `/` too."""
    exclude: list[str]
    """Globs of what is left out again; empty: nothing."""


@config
class Corpus:
    """Which documents are taken; a source that is not chosen is absent."""

    include: list[str]
    """Globs on paths below `documents`, of which one must fit; `*` crosses `/` too, so "*" takes all; empty: none."""
    exclude: list[str]
    """Globs of what is left out again; empty: nothing."""
    packages: list[Package]
    """Installed libraries whose README is a document, in Markdown or reStructuredText; empty: none."""
    families: list[str]
    """Globs on the model families of transformers whose typed configurations are documents; empty: none."""
    max_bytes: Annotated[int, Ge(1)]
    """Bytes above which a document is listed and quarantined, and not read."""
    shards: Annotated[int, Ge(1), Le(9999)]
    """Files that the corpus and each table made from it document by document are spread over."""
    arxiv: Arxiv | None = None
    """Papers of arXiv."""
    hub: Hub | None = None
    """Model cards and configurations of the Hugging Face hub."""
    git: Git | None = None
    """Documents of git repositories."""
    urls: Urls | None = None
    """Documents by their addresses."""
    remote: Remote | None = None
    """Folders and archives elsewhere."""


@config
class Config:
    """What collect reads of conf/."""

    corpus: Corpus
    documents: str
    """The folder or archive of the user's documents, relative to the project's root."""
