"""What the site adds to the theme's search: an index that is asked for when somebody searches, and no need of a server.

The theme asks for the index, which grows with the corpus, on every page; here that request waits until the box has the
focus or the address has words to look for. Browsers start no worker from file://, which the search is, so there an
iframe plays its part.
"""

from __future__ import annotations

SEARCH = """\
(() => {
  const wanted = new Promise((go) => {
    const asked = new URLSearchParams(location.search);
    if (asked.has("q") || asked.has("h")) go();  // words to search for, or to mark on the page
    document.addEventListener("focusin", (event) => { if (event.target.closest(".md-search")) go(); });
  });
  window.XMLHttpRequest = class extends XMLHttpRequest {
    open(method, address, ...more) {
      this.waits = new URL(address, document.baseURI).pathname.endsWith("/search/search_index.json");
      super.open(method, address, ...more);
    }
    send(body) {
      if (this.waits) wanted.then(() => super.send(body));
      else super.send(body);
    }
  };
})();
(() => {
  if (location.protocol !== "file:") return;
  window.Worker = window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.body.appendChild(document.createElement("iframe"));
      frame.hidden = true;
      const inside = frame.contentWindow;
      this.inside = inside;
      this.loaded = new Promise((done) => {
        inside.document.open();
        inside.document.write('<script>postMessage = (m) => parent.postMessage(m, "*");' +
          "importScripts = () => Promise.resolve();<\\/script>" +
          '<script src="' + encodeURI(String(url)) + '"><\\/script>');
        inside.document.close();
        inside.addEventListener("load", done);
      });
      addEventListener("message", (event) => {
        if (event.source === inside) this.dispatchEvent(new MessageEvent("message", { data: event.data }));
      });
    }
    postMessage(data) {
      this.loaded.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) })));
    }
    terminate() { this.inside.frameElement.remove(); }
  };
})();
"""
