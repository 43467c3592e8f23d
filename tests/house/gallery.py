"""`make gallery`: runs the commands below, puts their pictures, small, into docs/gallery, and writes docs/gallery.md.

The page shows the very commands that were run here. Names on the command line choose pictures to draw again:
`python tests/house/gallery.py tree lanes`; the page is written from all of them.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "docs" / "gallery"
WIDEST = 1300
"""Pixels."""
COLOURS = 256
LARGEST = 150_000
"""Bytes; a picture that is larger is said on stderr."""

RESET = "scenarios/reset-2022.yaml"
COD = "scenarios/cod-and-keflavik.yaml"


@dataclass(frozen=True)
class Picture:
    """One picture of the gallery.

    Attributes
    ----------
    name : str
        Its file in docs/gallery.
    file : str
        The file that the command writes into its folder.
    title, reading : str
        What it is, and what to read in it.
    """

    name: str
    file: str
    title: str
    reading: str


GALLERY: dict[str, list[Picture]] = {
    f"simulate run {RESET} -n 1000 -o DIR": [
        Picture("trajectories", "trajectories", "Fans",
                "The dark band holds half of the worlds on each date, the light one nine tenths; no single world "
                "follows the line."),
        Picture("times", "times", "How soon",
                "Each step is the share of worlds that have got there by that date; a curve that ends below 100 % says "
                "how many never do."),
    ],
    f"simulate run {COD} -n 2000 -o DIR": [
        Picture("stages", "stages", "Stages",
                "The height of a layer is the share of worlds in which an agreement stands in that stage; follow one "
                "colour from left to right."),
    ],
    f"simulate run {RESET} -n 1000 --draw-parameters 50 -o DIR": [
        Picture("drawn", "trajectories", "Fans with doubt about the numbers",
                "As above, but every twenty worlds have other numbers, drawn from their priors. Between the dashed "
                "lines lie nine tenths of the draws' means, without luck: doubt about the numbers alone. Where a "
                "median lies elsewhere than above, the values in the file do not stand in the middle of what they "
                "may be."),
    ],
    f"simulate compare {RESET} normalise_early plan_first package --outcome sharing_works --outcome assets_sold "
    "--outcome acsa_in_force --outcome cooperation --outcome hostility_in_seoul -n 1000 -o DIR": [
        Picture("differences", "differences", "What policies change",
                "Each dot is a difference within the same worlds; a filled one can be told from chance, a hollow one "
                "not yet."),
        Picture("side-by-side", "trajectories", "Policies over time",
                "Above the means of all sides, below the difference within worlds: where its band leaves zero, the "
                "policy has begun to tell."),
    ],
    f"simulate compare {COD} no_navy -n 1000 -o DIR": [
        Picture("one-policy", "differences", "One policy, all outcomes",
                "One panel for each unit; read the sign, then the interval, then the size."),
    ],
    f"simulate branch {RESET} -w 35 --at 2023-04-05 --inject washington.mediate -n 400 -o DIR": [
        Picture("futures", "futures", "Futures of one world",
                "One history up to the dotted line, then its fresh futures with and without the inject; where the fans "
                "lie on each other, it changes nothing."),
    ],
    f"simulate explain {RESET} --outcome gsomia_lapses -w 35 -o DIR": [
        Picture("tree", "tree", "Why, in one world",
                "Arrows run from causes to what they led to; without any one of the filled dots the end would not have "
                "come."),
    ],
    f"simulate explain {COD} --outcome base_notice -n 1000 -o DIR": [
        Picture("necessity", "explanation", "Why, over many worlds",
                "In which share of the worlds where it came about each event was necessary; the bar is the interval, "
                "and it is wide where worlds are few."),
    ],
    f"simulate trace {COD} -w 77 -o DIR": [
        Picture("lanes", "lanes", "One world",
                "One lane for each actor and agreement; strokes are what happens too often to be named."),
    ],
    f'simulate sweep {COD} --vary wait="0 d:18 mo:7" -p baseline -p accept_limit --outcome base_doubted -n 1000 '
    "-o DIR": [
        Picture("sweep", "base_doubted", "The price of waiting",
                "Above the outcome, below how it differs from the same policy on time, in the same worlds; waiting "
                "costs nothing where nothing is done."),
    ],
    f"simulate sweep {COD} --vary cut_rate=20/yr:60/yr:7 --vary watch=0.05:0.65:7 --outcome base_doubted -n 400 "
    "-o DIR": [
        Picture("map", "base_doubted", "Two numbers at once",
                "A contour joins points of equal outcome; where contours run straight up or across, only one of the "
                "two numbers matters."),
    ],
    f"simulate sweep {COD} --vary fishing_pact=old_pact,lapsed,settled --vary keflavik=in_force,under_review "
    "-p baseline -p nato_watches --outcome relations_broken -n 1000 -o DIR": [
        Picture("starts", "relations_broken", "Other beginnings",
                "Start stages in place of numbers, one panel for each policy: what if the pact had lapsed already?"),
    ],
    f"simulate sensitivity {COD} --outcome base_doubted --points 10 -n 200 -o DIR": [
        Picture("morris", "base_doubted", "Which numbers matter: screening",
                "A bar that does not reach beyond its stroke could be noise alone."),
    ],
    f"simulate sensitivity {COD} --method sobol --outcome base_doubted --parameter cut_rate --parameter collide "
    "--parameter shame --parameter law_start --parameter watch --points 64 -n 200 -o DIR": [
        Picture("sobol", "base_doubted", "Which numbers matter: shares of variance",
                "Dark bars count a number's interactions, light ones the number alone; a dark bar much longer than the "
                "light one means that it works with others."),
    ],
    f"simulate discover {COD} --outcome relations_broken --above 0.4 --parameter cut_rate --parameter collide "
    "--parameter shame --parameter law_start --parameter watch --parameter talk_rate --draws 300 -n 100 -o DIR": [
        Picture("discovery", "discovery", "Where it goes wrong",
                "Left, how much of what goes wrong a box covers against how dense it is there; right, the chosen box "
                "over the draws."),
    ],
    f"simulate compare {COD} --draw-parameters 60 --least base_doubted -n 6000 -o DIR": [
        Picture("robustness", "robustness", "If the numbers are not known",
                "Boxes are over draws of all numbers; a policy that holds up has its diamond far to the left in both "
                "panels, if less is better."),
    ],
}  # fmt: skip


def run(command: str, folder: Path) -> None:
    """Run one command, with its pictures in a folder."""
    words = [str(folder) if word == "DIR" else word for word in shlex.split(command)]
    subprocess.run([sys.executable, "-m", *words], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def shrink(source: Path, target: Path) -> int:
    """A picture with fewer pixels, and fewer colours if it takes too many bytes; how many it takes then."""
    with Image.open(source) as image:
        small = image.convert("RGB")
        if small.width > WIDEST:
            small = small.resize((WIDEST, round(small.height * WIDEST / small.width)), Image.Resampling.LANCZOS)
        small.save(target, optimize=True)
        if target.stat().st_size > LARGEST:
            small.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    return target.stat().st_size


def page() -> str:
    """docs/gallery.md."""
    parts = [
        "# Gallery\n\nEvery kind of picture that the commands draw, from the shipped scenarios. `make gallery` runs "
        "the commands shown\nhere and draws the page anew; in your folder `DIR` each picture is larger, and an SVG "
        "beside it.\n"
    ]
    for command, pictures in GALLERY.items():
        for picture in pictures:
            parts.append(
                f"## {picture.title}\n\n{textwrap.fill(picture.reading, 120)}\n\n    {command}\n\n"
                f"![{picture.title}: {picture.file}.png](gallery/{picture.name}.png)\n"
            )
    return "\n".join(parts)


def main(chosen: list[str]) -> None:
    """Draw the chosen pictures, all if none is named, and write the page."""
    names = {picture.name for pictures in GALLERY.values() for picture in pictures}
    if unknown := set(chosen) - names:
        sys.exit(f"no such picture: {', '.join(sorted(unknown))}; there are {', '.join(sorted(names))}")
    PLACE.mkdir(parents=True, exist_ok=True)
    for command, pictures in GALLERY.items():
        wanted = [picture for picture in pictures if not chosen or picture.name in chosen]
        if not wanted:
            continue
        print(command, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            run(command, Path(folder) / "out")
            for picture in wanted:
                size = shrink(Path(folder) / "out" / f"{picture.file}.png", PLACE / f"{picture.name}.png")
                if size > LARGEST:
                    print(f"{picture.name}.png takes {size:,} bytes", file=sys.stderr)
    (ROOT / "docs" / "gallery.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
