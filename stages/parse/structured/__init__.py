"""Strategy `structured` for PDFs: headings, reading order, tables and running heads by rules on letters and lines.

reads   letters (place, size, font) and ruling lines, which pdfminer finds
gives   pieces in reading order: titles with their level, paragraphs, list items, tables with cells, captions, formulas

| module | what it tells |
|---|---|
| ink | words and ruling lines of each page |
| furniture | running heads, page numbers and stamps |
| columns | which columns a page has, and the order in which they are read |
| tables | which rows of a column are a table, and its cells |
| blocks | which rows are a paragraph, a heading, an item, a caption; paragraphs over a column's or a page's end |

No model is asked. Every letter of the text layer ends in a piece, but for page numbers and the hyphens at line ends.
"""
