"""Records flame charts of the trainer with py-spy and repaints them: a title that says the seconds,
colours that mean something, no paths of this machine.

The samples are py-spy's. Only what lies under an import is left out, which would make the picture
ten times as high; the speedscope files keep it all.
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
from contextlib import suppress
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
    """py-spy may not trace other processes here, or is missing: no chart can be recorded."""


def find_py_spy() -> str:
    """py-spy beside the running Python, else on PATH."""
    folders = [sysconfig.get_path("scripts"), *os.get_exec_path()]
    py_spy = shutil.which("py-spy", path=os.pathsep.join(folders))
    if py_spy is None:
        python = shlex.quote(sys.executable)
        raise NotPermitted(f"py-spy is not installed; type `{python} -m pip install py-spy`")
    return py_spy


def record(
    engine: str, matches: int, seed: int, native: bool, picture: Path, title: str, bar: Bar
) -> Chart:
    """Train two new brains twice under py-spy: for the `picture`, and for a speedscope file beside
    it."""
    options = ["--rate", str(RATE), "--function", *(["--native"] if native else [])]
    trainer = [sys.executable, str(ROOT / "ttst.py"), "--quiet", "--engine", engine]
    trainer += ["--iterations", str(matches), "--seed", str(seed)]
    speedscope = picture.with_suffix(".speedscope.json")
    for format_name, file in (("speedscope", speedscope), ("flamegraph", picture)):
        with tempfile.TemporaryDirectory() as folder:
            recorded = Path(folder) / file.name
            output = ["--format", format_name, "--output", str(recorded)]
            command = [find_py_spy(), "record", *options, *output, "--", *trainer]
            try:
                _, errors = run(command, bar, Path(folder))
            except Failed as error:
                raise failure(error.errors) from None
            if not recorded.exists():
                raise failure(errors)
            text = without_paths(recorded.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
    try:
        svg = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise Failed(f"py-spy's picture is not well-formed XML: {error}") from None
    frames = read_frames(svg)
    repaint(svg, frames, title)
    picture.write_text(ElementTree.tostring(svg, encoding="unicode") + "\n", encoding="utf-8")
    return Chart(
        matches=matches,
        rate=RATE,
        native=native,
        samples=frames[0].samples,
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


# ---- the frames of a picture --------------------------------------------------------------------


class Frame(NamedTuple):
    """A box of the chart."""

    group: ElementTree.Element  # its title, rectangle and text
    name: str  # of the function, without the functions it is nested in
    place: str  # file and line, as far as py-spy knows them
    samples: int
    bottom: float  # of the rectangle; the root is on top
    callers: tuple[str, ...]


def read_frames(svg: ElementTree.Element) -> list[Frame]:
    """The frames, each after its callers: the root first."""
    boxes = []
    for group in svg.findall(f"{SVG}svg[@id='frames']/{SVG}g"):
        title, rectangle, _ = group
        left, samples = (int(rectangle.get(FG + attribute, "0")) for attribute in "xw")
        label = re.sub(r" \([\d,]+ samples, [\d.]+%\)$", "", title.text or "")
        boxes.append((left, float(rectangle.get("y", "0")), samples, label, group))
    if not boxes:
        raise Failed("py-spy's picture holds no frames")
    frames = []
    stack: list[tuple[int, str]] = []  # where each caller ends, and its name
    for left, top, samples, label, group in sorted(boxes, key=lambda box: box[:2]):
        while stack and stack[-1][0] <= left:
            stack.pop()
        name, _, place = label.partition(" (")
        name, place = ("import", "") if "importlib" in place else (short(name), place.rstrip(")"))
        callers = tuple(caller for _, caller in stack)
        frames.append(Frame(group, name, place, samples, top + ROW, callers))
        stack.append((left + samples, name))
    return frames


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
    return sum(
        frame.samples for frame in frames if frame.name == name and name not in frame.callers
    )


# ---- repainting ---------------------------------------------------------------------------------

# Readable under black text and of one lightness; as frames have names, hue alone says nothing.
COLOURS = {"draw": "#f2b35e", "trainer": "#9cc4e8", "rust": "#82cdb0", "other": "#cfd3d8"}
STYLE = """
text { font-family: system-ui, sans-serif; font-size: 12px; fill: #1b1f24; }
#frames text { font-family: ui-monospace, monospace; pointer-events: none; }
#title { font-size: 15px; font-weight: 600; }
#matched, #search, #unzoom { text-anchor: end; }
#search, #unzoom { cursor: pointer; text-decoration: underline; }
#details, #matched, #search, #unzoom { fill: #59636e; }
svg > rect { fill: #ffffff; }
#frames rect { stroke: #ffffff; stroke-width: 0.7; }
#frames > *:hover rect { stroke: #1b1f24; cursor: pointer; }
.hide { display: none; }
.parent { opacity: 0.5; }
@media (prefers-color-scheme: dark) {
  svg > rect { fill: #16191d; }
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


def repaint(svg: ElementTree.Element, frames: list[Frame], title: str) -> None:
    """Give py-spy's picture a title, and its frames labels and colours."""
    by_id = {element.get("id"): element for element in svg}
    shown = [frame for frame in frames if "import" not in frame.callers]
    by_id["frames"][:] = [frame.group for frame in shown]
    for frame in shown:
        label(frame, frames[0].samples)
    height = max(frame.bottom for frame in shown) + 24
    svg.attrib.update({"height": f"{height:g}", "viewBox": f"0 0 {WIDTH} {height:g}"})
    svg.attrib.update({"role": "img", "aria-label": f"Flame chart. {title}"})
    by_id["title"].text = title
    by_id["title"].set("x", str(MARGIN))
    by_id["unzoom"].attrib.update({"x": "100%", "dx": str(-MARGIN)})
    by_id["search"].set("y", "40")
    by_id["matched"].set("y", f"{height - 8:g}")
    for style in svg.iter(f"{SVG}style"):
        style.text = STYLE
    for script in svg.iter(f"{SVG}script"):
        for theirs, ours in SCRIPT.items():
            script.text = (script.text or "").replace(theirs, ours)


def label(frame: Frame, total: int) -> None:
    """Name and colour a box, with as much of the name as fits in."""
    title, rectangle, text = frame.group
    name = f"{frame.name} ({frame.place})" if frame.place else frame.name
    title.text = f"{name} ({frame.samples:,} samples, {frame.samples / total:.2%})"
    rectangle.set("fill", COLOURS[kind(frame)])
    fits = int(((WIDTH - 2 * MARGIN) * frame.samples / total - 6) / CHARACTER)
    text.text = "" if fits < 3 else name if len(name) <= fits else name[: fits - 2] + ".."


def kind(frame: Frame) -> str:
    if re.search(r"\.rs\b|chooser\.so", frame.place):
        return "rust"
    if "cogitate" in (frame.name, *frame.callers):
        return "draw"
    return "trainer" if re.match(r"ttst(_\w+/\w+)?\.py", frame.place) else "other"


def without_paths(text: str) -> str:
    """Without the folders of this machine: files of the project, of packages and of Python stay
    recognisable by the rest of their path."""
    folders = {str(ROOT), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    folders |= {sysconfig.get_path("stdlib"), sys.prefix, sys.base_prefix}
    with suppress(RuntimeError):  # a user of whom this machine knows no home
        folders.add(str(Path.home()))
    for folder in sorted(folders, key=len, reverse=True):
        # In JSON a backslash is written twice.
        for spelling in {folder, json.dumps(folder)[1:-1]}:
            text = text.replace(spelling + os.sep, "") if len(spelling) > 1 else text
    return re.sub(r"(?:/[\w.@+-]+){2,}/(?=[\w.@+-]+\.(?:rs|c|py|so)\b)", "", text)
