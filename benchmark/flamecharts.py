"""Records flame charts of the trainer with py-spy, and makes its pictures fit to be shown: a title
that says the seconds, colours that mean something, no paths of this machine.

A chart holds the samples as py-spy took them. Taken away is only what lies under an import, which
would make the picture ten times as high; the speedscope files keep it all.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from benchmark.processes import ROOT, Bar, Failed, run
from benchmark.results import Chart

RATE = 200  # samples a second
SVG = "{http://www.w3.org/2000/svg}"
FG = "{http://github.com/jonhoo/inferno}"
ElementTree.register_namespace("", SVG[1:-1])
ElementTree.register_namespace("fg", FG[1:-1])


class NotPermitted(Failed):
    """The system does not let py-spy look into another process: trying on is of no use."""


def find_py_spy() -> str:
    """py-spy beside the running Python, else on PATH. Raises `NotPermitted` where there is none."""
    places = [sysconfig.get_path("scripts"), *os.get_exec_path()]
    py_spy = shutil.which("py-spy", path=os.pathsep.join(places))
    if py_spy is None:
        python = shlex.quote(sys.executable)
        raise NotPermitted(f"py-spy is not installed; type `{python} -m pip install py-spy`")
    return py_spy


def record(
    engine: str, matches: int, seed: int, native: bool, picture: Path, title: str, bar: Bar
) -> Chart:
    """Record `ttst.py` training two new brains, twice: for the `picture`, and for a speedscope file
    beside it."""
    py_spy = find_py_spy()
    speedscope = picture.with_suffix(".speedscope.json")
    for format_name, file in (("flamegraph", picture), ("speedscope", speedscope)):
        with tempfile.TemporaryDirectory() as folder:
            options = ["--format", format_name, "--rate", str(RATE), "--function"]
            options += ["--native"] if native else []
            recorded = Path(folder) / file.name
            trainer = [sys.executable, str(ROOT / "ttst.py"), "--quiet", "--engine", engine]
            trainer += ["--iterations", str(matches), "--seed", str(seed)]
            command = [py_spy, "record", *options, "--output", str(recorded), "--", *trainer]
            try:
                _, errors = run(command, bar, Path(folder))
            except Failed as error:
                raise failure(error.errors) from None
            if not recorded.exists():
                raise failure(errors)
            text = recorded.read_text(encoding="utf-8")
        file.write_text(without_paths(text), encoding="utf-8")
    svg = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
    frames, _ = read_frames(svg)
    repaint(svg, title)
    picture.write_text(ElementTree.tostring(svg, encoding="unicode") + "\n", encoding="utf-8")
    return Chart(
        matches=matches,
        rate=RATE,
        native=native,
        samples=max(frame.samples for frame in frames),
        training_samples=samples_in("train", frames),
        cogitate_samples=samples_in("cogitate", frames),
        svg=picture.name,
        speedscope=speedscope.name,
        title=title,
    )


def failure(errors: str) -> Failed:
    """What py-spy said, and if it may not trace, what to type."""
    if re.search(r"permission denied|not permitted|requires root|EPERM", errors, re.IGNORECASE):
        again = f'sudo env "PATH=$PATH" {shlex.quote(sys.executable)} benchmark/compare.py'
        if sys.platform == "darwin":
            return NotPermitted(f"py-spy may not trace here; macOS asks for root: type `{again}`")
        return NotPermitted(
            f"py-spy may not trace here; type `{again}`, and start a container with "
            "`--cap-add=SYS_PTRACE`"
        )
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    said = [line for line in lines if line.startswith(("Error: ", "ttst: "))] or lines[-1:]
    return Failed(f"py-spy: {said[0] if said else 'made no picture'}")


# ---- what a picture of py-spy's holds -----------------------------------------------------------


class Frame(NamedTuple):
    """A box of the chart."""

    group: ElementTree.Element
    name: str  # of the function, without the functions it is nested in
    place: str  # file and line, as far as py-spy knows them
    left: int  # in samples
    samples: int
    depth: float  # the y of its box: the root has the smallest

    @property
    def right(self) -> int:
        return self.left + self.samples

    def is_under(self, other: Frame) -> bool:
        return self.depth > other.depth and self.left >= other.left and self.right <= other.right


def read_frames(svg: ElementTree.Element) -> tuple[list[Frame], ElementTree.Element]:
    """The boxes, from the root down, and the element that holds them."""
    holder = svg.find(f"{SVG}svg[@id='frames']")
    if holder is None:
        raise Failed("py-spy's picture holds no frames")
    frames = []
    for group in holder:
        box = group.find(f"{SVG}rect")
        title = group.findtext(f"{SVG}title") or ""
        if box is None:
            continue
        label = re.sub(r" \([\d,]+ samples, [\d.]+%\)$", "", title)
        name, _, place = label.partition(" (")
        left, samples = int(box.get(f"{FG}x", "0")), int(box.get(f"{FG}w", "0"))
        depth = float(box.get("y", "0"))
        frames.append(Frame(group, short(name), place.rstrip(")"), left, samples, depth))
    return sorted(frames, key=lambda frame: (frame.depth, frame.left)), holder


def short(name: str) -> str:
    """`numpy_engine.<locals>.cogitate` is cogitate; a Rust name goes without its generic types."""
    name = name.rpartition("<locals>.")[2]
    if name.startswith(("<", "{")):
        return name
    while (shorter := re.sub(r"<[^<>]*>", "", name.replace("->", ""))) != name:
        name = shorter
    return name


def samples_in(name: str, frames: list[Frame]) -> int:
    """How many samples have a function of that name in their stack."""
    outermost: list[Frame] = []
    for frame in frames:
        if frame.name == name and not any(frame.is_under(other) for other in outermost):
            outermost.append(frame)
    return sum(frame.samples for frame in outermost)


# ---- the picture made fit to be shown -----------------------------------------------------------

# Colours readable in black and of one lightness; with the frame's name they do not rely on hue.
STYLE = """
text { font-family: system-ui, sans-serif; font-size: 12px; fill: #1b1f24; }
#frames text { font-family: ui-monospace, monospace; pointer-events: none; }
#title { font-size: 15px; font-weight: 600; }
#matched, #search, #unzoom { text-anchor: end; }
#search, #unzoom { cursor: pointer; text-decoration: underline; fill: #59636e; }
#details, #matched { fill: #59636e; }
#paper { fill: #ffffff; }
#frames rect { fill: #cfd3d8; stroke: #ffffff; stroke-width: 0.7; }
#frames .draw rect { fill: #f2b35e; }
#frames .trainer rect { fill: #9cc4e8; }
#frames .rust rect { fill: #82cdb0; }
#frames > *:hover rect { stroke: #1b1f24; cursor: pointer; }
.hide { display: none; }
.parent { opacity: 0.5; }
@media (prefers-color-scheme: dark) {
  #paper { fill: #16191d; }
  #frames rect { stroke: #16191d; }
  #frames > *:hover rect { stroke: #ffffff; }
  #title { fill: #e8eaed; }
  #details, #matched, #search, #unzoom { fill: #a4adb8; }
}
"""
WIDTH, MARGIN, CHARACTER, ROW = 1200, 10, 12 * 0.6, 16
# In a page, the picture has no address to note the zoom in, and no width before it is laid out:
# either is an error to py-spy's script. Of a name that is too long, the beginning says most.
SCRIPT = {
    "history.replaceState(": "void (",
    "truncate_text_right = false": "truncate_text_right = true",
    "svg.width.baseVal.value - xpad * 2": "Math.max(0, svg.width.baseVal.value - xpad * 2)",
}
# Attributes of py-spy's own texts, by their ids.
TEXTS = {
    "title": {"x": f"{MARGIN}"},
    "unzoom": {"x": "100%", "dx": f"-{MARGIN}"},
    "search": {"y": "40"},
}


def repaint(svg: ElementTree.Element, title: str) -> None:
    """Give py-spy's picture a title, and its frames labels and classes."""
    frames, holder = read_frames(svg)
    frames = without_imports(frames, holder)
    draws = [frame for frame in frames if frame.name == "cogitate"]
    for frame in frames:
        label(frame, max(frame.samples for frame in frames))
        frame.group.set("class", kind(frame, draws))

    height = f"{max(frame.depth for frame in frames) + ROW + 24:g}"
    svg.attrib.update({"height": height, "viewBox": f"0 0 {WIDTH} {height}", "role": "img"})
    svg.set("aria-label", f"Flame chart. {title}")
    for style in svg.iter(f"{SVG}style"):
        style.text = STYLE
    for script in svg.iter(f"{SVG}script"):
        for theirs, ours in SCRIPT.items():
            script.text = (script.text or "").replace(theirs, ours)
    for paper in svg.findall(f"{SVG}rect"):
        paper.attrib.update({"id": "paper", "height": height})
        paper.attrib.pop("fill", None)
    for text in svg.findall(f"{SVG}text"):
        text.attrib.pop("fill", None)
        name = text.get("id", "")
        text.attrib.update({**TEXTS, "matched": {"y": f"{float(height) - 8:g}"}}.get(name, {}))
        if name == "title":
            text.text = title
    gradients = svg.find(f"{SVG}defs")
    if gradients is not None:
        svg.remove(gradients)


def without_imports(frames: list[Frame], holder: ElementTree.Element) -> list[Frame]:
    imports: list[Frame] = []
    kept = []
    for frame in frames:  # from the root down
        if any(frame.is_under(other) for other in imports):
            holder.remove(frame.group)
            continue
        kept.append(frame)
        if "importlib" in frame.place:
            imports.append(frame)
    return kept


def kind(frame: Frame, draws: list[Frame]) -> str:
    if re.search(r"\.rs\b|chooser\.so", frame.place):
        return "rust"
    if frame in draws or any(frame.is_under(draw) for draw in draws):
        return "draw"
    return "trainer" if re.match(r"ttst(_\w+/\w+)?\.py", frame.place) else "other"


def label(frame: Frame, total: int) -> None:
    """Name a box, with as much of the name as fits in."""
    if "importlib" in frame.place:
        name = "import"
    else:
        name = f"{frame.name} ({frame.place})" if frame.place else frame.name
    fits = int(((WIDTH - 2 * MARGIN) * frame.samples / total - 6) / CHARACTER)
    for part in frame.group:
        if part.tag == f"{SVG}title":
            part.text = f"{name} ({frame.samples:,} samples, {frame.samples / total:.2%})"
        elif part.tag == f"{SVG}rect":
            part.attrib.pop("fill", None)
        elif fits < 3:
            part.text = ""
        else:
            part.text = name if len(name) <= fits else name[: fits - 2] + ".."


def without_paths(text: str) -> str:
    """Without the folders of this machine: files of the project, of packages and of Python stay
    recognisable by the rest of their path."""
    folders = {str(ROOT), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    folders |= {sysconfig.get_path("stdlib"), sys.prefix, sys.base_prefix, str(Path.home())}
    for folder in sorted(folders, key=len, reverse=True):
        # In JSON a backslash is written twice.
        for spelling in {folder, json.dumps(folder)[1:-1]}:
            text = text.replace(spelling + os.sep, "") if len(spelling) > 1 else text
    return re.sub(r"(?:/[\w.@+-]+){2,}/(?=[\w.@+-]+\.(?:rs|c|py|so)\b)", "", text)
