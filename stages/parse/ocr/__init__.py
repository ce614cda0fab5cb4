"""OCR: pages that are pictures, read to words and ruling lines, which the rules of `structured` then take as a page's.

reads   pages of a PDF without a text layer, and pictures (PNG, JPEG, WebP, TIFF)
gives   pages as `structured.ink` gives them for born-digital PDFs

| module | what it does |
|---|---|
| picture | a page of a PDF or a picture file to grey pixels, within limits |
| engine | grey pixels to lines of text: rapidocr, its models in its package, one thread |
| upright | turns a page that lies on its side, straightens one that was scanned askew |
| words | words of a line, with place, size and weight, by the ink |
| ruling | ruling lines |
| page | all of it together; boxes back to where they stand on the page as it is |
"""
