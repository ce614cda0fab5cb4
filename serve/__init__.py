"""What people talk to: search over a build, answers with their sources, and both over HTTP.

    from serve import open_service

    with open_service() as service:                      # the build in build/
        for passage in service.search("how is rsLoRA scaled", limit=5, filters={"kind": "pdf"}):
            print(passage.document, passage.section, passage.page, passage.score, passage.link)
        print(service.answer("how is rsLoRA scaled").text)

The embedder and the connection stay open for as long as the service does.
"""

from serve.service import Answered, Found, Service, Source, open_service

__all__ = ["Answered", "Found", "Service", "Source", "open_service"]
