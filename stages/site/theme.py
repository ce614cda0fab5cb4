"""What the site adds to the Material theme: a policy, the order of its scripts, a little style.

These are text in a module, not files beside it, so that an edit of them rebuilds the site as any edit of code does.
"""

from __future__ import annotations

POLICY = "default-src 'self' file: data: blob: 'unsafe-inline'; form-action 'none'; object-src 'none'; base-uri 'none'"

TEMPLATE = f"""\
{{% extends "base.html" %}}
{{% block site_meta %}}
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<script>
document.documentElement.className = "js js-focus-visible";
document.documentElement.dataset.jsFocusVisible = "";
</script>
{{{{ super() }}}}
{{% endblock %}}
{{% block libs %}}{{% endblock %}}
{{% block scripts %}}
{{% for script in config.extra.polyfills %}}{{{{ script | script_tag }}}}{{% endfor %}}
{{{{ super() }}}}
{{% if page and page.meta.linked %}}<script type="application/ld+json">{{{{ page.meta.linked }}}}</script>{{% endif %}}
{{% endblock %}}
"""
# The scroll bar is there from the start: one that comes with the page's second half moves all that was drawn.
# The root gets what the theme's scripts give it before there is a page to style anew; what is not needed to draw the
# page comes after it.

STYLE = """\
html { overflow-y: scroll; }
.md-grid { max-width: 66rem; }
.md-typeset h1 { color: inherit; font-weight: 600; margin-bottom: .8em; }
.md-typeset h2 { font-weight: 600; font-size: 1.15rem; margin-top: 1.8em; }
.md-typeset h3 { font-weight: 600; font-size: .9rem; margin-top: 1.2em; }
.md-typeset .trail { font-size: .7rem; margin-bottom: 0; }
.md-typeset .trail::before { content: "\\2190\\00a0"; color: var(--md-default-fg-color--light); }
.md-typeset ul.said { list-style: none; margin: 0; padding: 0; }
.md-typeset ul.said li { margin: 0 0 .7em; padding-left: .8em; }
.md-typeset ul.said li { border-left: .15rem solid var(--md-default-fg-color--lightest); }
.md-typeset p > a, .md-typeset .said a { text-decoration: underline; }
.md-typeset a { text-underline-offset: .15em; text-decoration-thickness: .03rem; }
.md-typeset .trail a { text-decoration: none; }
.md-typeset a.mark { font-size: .6rem; line-height: 0; vertical-align: super; text-decoration: none; }
.md-typeset a.mark { margin: 0 -.2rem; padding: .6rem .45rem; white-space: nowrap; }
.md-typeset .sheet td a { padding-block: .25rem; }
.md-typeset .sheet td:first-child a:not(.mark) { padding-top: .55rem; }
.md-typeset code { font-size: max(.85em, .6rem); }
.md-typeset .wide { overflow-x: auto; margin: 1em 0; }
.md-typeset .sheet { font-size: .7rem; border: .05rem solid var(--md-typeset-table-color); border-radius: .1rem; }
.md-typeset .sheet { border-spacing: 0; }
.md-typeset .sheet th { padding: .5em 1em; font-weight: 700; text-align: left; vertical-align: top; }
.md-typeset .sheet td { padding: .45em 1em; vertical-align: top; }
.md-typeset .sheet td { border-top: .05rem solid var(--md-typeset-table-color); }
.md-typeset .sheet td { font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.md-typeset .sheet .value { white-space: nowrap; }
.md-typeset .sheet td.name { min-width: 6rem; }
.md-typeset .sheet tbody tr:hover td { background: var(--md-typeset-table-color--light); }
.md-typeset .wide + .counted { display: block; margin-top: -.9em; }
.md-typeset .counted { color: var(--md-default-fg-color--light); font-size: .64rem; }
.md-typeset ol.sources { font-size: .68rem; margin: 0; padding-left: .4em; }
.md-typeset ol.sources { content-visibility: auto; contain-intrinsic-size: auto calc(var(--count) * 5rem); }
.md-typeset ol.sources li { margin: 0 0 .8em 2.4em; overflow-wrap: anywhere; scroll-margin-top: 3.6rem; }
.md-typeset ol.sources li:target { background: var(--md-accent-fg-color--transparent); }
.md-typeset ol.sources q { quotes: "\\201c" "\\201d"; color: var(--md-default-fg-color--light); }
.md-typeset ol.sources cite { font-style: normal; font-weight: 600; }
.md-typeset ul.index { columns: 15rem; list-style: none; margin: 0; padding: 0; }
.md-typeset ul.index li { margin: 0 0 .3em; break-inside: avoid; overflow-wrap: anywhere; }
.md-typeset ul.index { content-visibility: auto; contain-intrinsic-size: auto calc(var(--lines) * 1.55rem / 2); }
.md-typeset ul.tiles, .md-typeset ul.cards { display: grid; gap: .5rem; list-style: none; margin: 1em 0 .4em; }
.md-typeset ul.tiles, .md-typeset ul.cards { padding: 0; }
.md-typeset ul.tiles { grid-template-columns: repeat(auto-fill, minmax(5.6rem, 1fr)); }
.md-typeset ul.cards { grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
.md-typeset ul.tiles li, .md-typeset ul.cards li { margin: 0; padding: .5rem .7rem; overflow-wrap: anywhere; }
.md-typeset ul.tiles li, .md-typeset ul.cards li { border: .05rem solid var(--md-default-fg-color--lightest); }
.md-typeset ul.tiles li, .md-typeset ul.cards li { border-radius: .2rem; line-height: 1.4; }
.md-typeset ul.tiles li { font-size: .66rem; padding-inline: .45rem; }
.md-typeset .tiles b { display: block; font-size: 1.1rem; font-variant-numeric: tabular-nums; }
.md-typeset ul.cards li { border-left: .15rem solid var(--md-accent-fg-color); }
.md-typeset .cards small, .md-typeset .cards p { color: var(--md-default-fg-color--light); font-size: .64rem; }
.md-typeset .cards small { white-space: nowrap; margin-left: .3em; opacity: 1; }
.md-typeset .cards p { margin: .2em 0 0; }
.md-typeset .cards a { padding-block: .3rem; }
@media screen and (max-width: 44.9em) {
  .md-typeset ul.index { contain-intrinsic-size: auto calc(var(--lines) * 1.55rem); }
}
.md-typeset .diagram { overflow-x: auto; margin: 1em 0; }
.md-typeset .diagram img { max-width: 100%; height: auto; }
[data-md-color-scheme="default"] .md-typeset .diagram img[src$="#only-dark"] { display: none; }
[data-md-color-scheme="slate"] .md-typeset .diagram img[src$="#only-light"] { display: none; }
.md-typeset svg.bars { width: 100%; max-width: 40rem; font-size: 12px; fill: var(--md-default-fg-color--light); }
.md-typeset svg.bars rect { fill: var(--md-accent-fg-color); }
.md-typeset button.sort { all: unset; cursor: pointer; }
.md-typeset button.sort:focus-visible { outline: auto; }
.md-typeset .sort::after { content: "\\2195" / ""; margin-left: .3em; opacity: .4; }
.md-typeset th[aria-sort] .sort::after { opacity: 1; }
.md-typeset th[aria-sort="ascending"] .sort::after { content: "\\2191" / ""; }
.md-typeset th[aria-sort="descending"] .sort::after { content: "\\2193" / ""; }
@media screen and (max-width: 44.9em) {
  .md-typeset .sheet tr > :first-child { position: sticky; left: 0; z-index: 1; }
  .md-typeset .sheet tr > :first-child { background: var(--md-default-bg-color); }
}
.md-search-result__article { max-height: 8rem; overflow: hidden; }
.card { position: absolute; z-index: 5; max-width: min(26rem, 92vw); padding: .6rem .8rem; font-size: .66rem; }
.card { background: var(--md-default-bg-color); color: var(--md-default-fg-color); border-radius: .2rem; }
.card { box-shadow: var(--md-shadow-z2); border: .05rem solid var(--md-default-fg-color--lightest); }
.card { overflow-wrap: anywhere; line-height: 1.5; }
.card q { quotes: "\\201c" "\\201d"; color: var(--md-default-fg-color--light); }
.card cite { font-style: normal; font-weight: 600; }
.card a { color: var(--md-typeset-a-color); }
.md-typeset figure img { background: #fff; }
"""
