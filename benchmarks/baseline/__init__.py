"""Pages side by side with articles made as STORM makes them: same documents, same embedder, same writer.

    python -m benchmarks.baseline --build B --truth FOLDER    (FOLDER: that B's documents were generated into)
    python -m benchmarks.baseline --build B --gold ../shared/corpus/gold --topics families/deepseek approaches/lora
    python -m benchmarks.baseline ... --writer local                       (SmolLM2 words both; minutes a topic)

For each topic, which is the id of a page of B: the article (benchmarks/baseline/storm.py) and the page, both judged by
the same code (benchmarks/baseline/judge.py). claims: sentences and cells with a source; sound: with nothing against
them; naming: with the topic's name in them; facts: different ones told with a valid source, of any model;
facts_of_topic: those of the topic, `of` so many that the documents state; wrong: claims that are. seconds: from the
tables of the build to the article; for our pages of all pages, since they are made together (with `local`: and of
wording this one). The last line is JSON.
"""
