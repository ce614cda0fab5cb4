"""The light and the dark scheme: buttons in the header, and the script that sets the scheme before the page is drawn.

They stand in for the theme's own partials, whose script runs after the page is drawn and then has all of it styled four
times over, and drawn light first where the system is dark. The button that is shown leads to the next choice.
"""

from __future__ import annotations

from stages.core.words import Words

CHOICES = (
    ("", "brightness-auto", "Switch to the light scheme"),  # as the reader's system is
    ("default", "weather-sunny", "Switch to the dark scheme"),
    ("slate", "weather-night", "Switch to the scheme of the system"),
)

BUTTONS = """\
<div class="md-header__option">
{% for option in config.theme.palette %}
<button class="md-header__button md-icon scheme" type="button" value="{{ option.choice }}" title="{{ option.name }}" \
aria-label="{{ option.name }}" hidden>{% include ".icons/material/" ~ option.icon ~ ".svg" %}</button>
{% endfor %}
</div>
"""

SCRIPT = """\
<script>
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const buttons = [...document.querySelectorAll("button.scheme")];
  let chosen = Math.max(0, buttons.findIndex((button) => button.value === __md_get("__scheme")));
  const show = () => {
    const scheme = buttons[chosen].value || (dark.matches ? "slate" : "default");
    document.body.dataset.mdColorScheme = scheme;
    document.documentElement.style.colorScheme = scheme === "slate" ? "dark" : "light";
    buttons.forEach((button, at) => { button.hidden = at !== chosen; });
  };
  buttons.forEach((button, at) => button.addEventListener("click", () => {
    chosen = (at + 1) % buttons.length;
    __md_set("__scheme", buttons[chosen].value);
    show();
    buttons[chosen].focus();
  }));
  dark.addEventListener("change", show);
  show();
})();
</script>
"""

PARTIALS = {"partials/palette.html": BUTTONS, "partials/javascripts/palette.html": SCRIPT}


def palette(colour: str, say: Words) -> list[dict[str, str]]:
    """The theme's setting `palette`, an entry a choice; its page begins with the first."""
    return [
        {"scheme": choice or "default", "choice": choice, "primary": colour, "accent": "indigo", "icon": icon}
        | {"name": say(name)}
        for choice, icon, name in CHOICES
    ]
