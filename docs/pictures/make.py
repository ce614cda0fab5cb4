"""The pictures of the README, from the project itself.

    python docs/pictures/make.py        (in a project that is built; the screenshots want Chromium)

writes  graph.svg, from dvc.yaml, and site.png, a component's and a model's page of the built site
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import yaml

HERE = Path(__file__).parent
PAGES = ("components/rope.html", "models/smollm2-135m.html")


def main() -> None:
    (HERE / "graph.svg").write_text(graph())
    with tempfile.TemporaryDirectory() as folder:
        shots = [
            screenshot(Path("build/site", page).resolve(), Path(folder, f"{n}.png")) for n, page in enumerate(PAGES)
        ]
        side_by_side(shots, HERE / "site.png")


def graph() -> str:
    """The stages of dvc.yaml and which reads whose output, as SVG."""
    from stages.core.words import Words
    from stages.site.diagrams import LIGHT, Diagrams

    stages = yaml.safe_load(Path("dvc.yaml").read_text())["stages"]
    del stages["compose"]  # every stage reads its own file of compose's
    made_by = {
        next(iter(out)) if isinstance(out, dict) else out: name for name, s in stages.items() for out in s["outs"]
    }
    edges = sorted({(made_by[dep], name) for name, s in stages.items() for dep in s["deps"] if dep in made_by})
    lines = ["flowchart LR", *(f"  {one} --> {other}" for one, other in edges)]
    return Diagrams(HERE, Words("en")).svg("\n".join(lines), LIGHT)


def screenshot(page: Path, picture: Path) -> Path:
    """A page as Chromium shows it, 1100 by 1000 pixels."""
    command = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1100,1000"]
    subprocess.run([*command, f"--screenshot={picture}", page.as_uri()], check=True, capture_output=True)
    return picture


def side_by_side(pictures: list[Path], target: Path) -> None:
    """One picture of several of the same size."""
    from PIL import Image

    images = [Image.open(path).convert("RGB") for path in pictures]
    joined = Image.new("RGB", (sum(image.width for image in images), images[0].height), "white")
    for n, image in enumerate(images):
        joined.paste(image, (n * images[0].width, 0))
    joined.quantize(128).save(target, optimize=True)


if __name__ == "__main__":
    main()
