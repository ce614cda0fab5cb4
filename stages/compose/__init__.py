"""Compose: what the user chose, checked and resolved, as one file a stage.

    dvc repro compose        or alone: python -m stages.compose

reads   params.yaml, conf/, requirements.lock, and the config dataclasses and the code of all stages
writes  build/conf/<stage>.yaml (sorted; just what that stage reads, with the versions of the libraries and the digests
        of the code that its bytes depend on), build/conf/engine.yaml (where they compute: no stage depends on it, since
        it alters no byte) and build/params.schema.json (what an editor completes in params.yaml)

Any edit of conf/, params.yaml or stages/ runs this stage, which costs a second; the stages behind it depend on their
own file, so they run only when what they read has changed.
"""
