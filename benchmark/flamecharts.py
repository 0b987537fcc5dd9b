"""Records flame charts of the trainer with py-spy and repaints them: a title that says the seconds,
colours that mean something, no paths of this machine.

Frames below an import are left out, for they would make the picture ten times as high; the
speedscope files keep everything.
"""

from __future__ import annotations

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
    folders = os.pathsep.join([sysconfig.get_path("scripts"), *os.get_exec_path()])
    if py_spy := shutil.which("py-spy", path=folders):
        return py_spy
    python = shlex.quote(sys.executable)
    raise NotPermitted(f"py-spy is not installed; type `{python} -m pip install py-spy`")


def record(
    engine: str, matches: int, seed: int, native: bool, picture: Path, title: str, bar: Bar
) -> Chart:
    """Train two new brains twice under py-spy, for the `picture` and for a speedscope file beside
    it."""
    py_spy = [find_py_spy(), "record", "--rate", str(RATE), "--function"]
    py_spy += ["--native"] if native else []
    trainer = [sys.executable, str(ROOT / "ttst.py"), "--quiet", "--engine", engine]
    trainer += ["--iterations", str(matches), "--seed", str(seed)]
    speedscope = picture.with_suffix(".speedscope.json")
    for format_name, file in (("speedscope", speedscope), ("flamegraph", picture)):
        with tempfile.TemporaryDirectory() as folder:
            recorded = Path(folder) / file.name
            output = ["--format", format_name, "--output", str(recorded)]
            try:
                _, errors = run([*py_spy, *output, "--", *trainer], bar, Path(folder))
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
    """py-spy's error, or what to type if it may not trace."""
    if re.search(r"permission denied|not permitted|requires root|EPERM", errors, re.IGNORECASE):
        again = f'sudo env "PATH=$PATH" {shlex.quote(sys.executable)} benchmark/compare.py'
        elsewhere = f"type `{again}`, and start a container with `--cap-add=SYS_PTRACE`"
        mac = f"macOS asks for root: type `{again}`"
        what = mac if sys.platform == "darwin" else elsewhere
        return NotPermitted(f"py-spy may not trace here; {what}")
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    said = [line for line in lines if line.startswith(("Error: ", "ttst: "))] or lines[-1:]
    return Failed(f"py-spy: {said[0] if said else 'made no picture'}")


# ---- the frames of a picture --------------------------------------------------------------------


class Frame(NamedTuple):
    """A box of the chart."""

    group: ElementTree.Element  # its title, rectangle and text
    name: str  # of the function, unqualified
    place: str  # file and line, if py-spy knows them
    samples: int
    bottom: float  # of the rectangle; the root is on top
    callers: list[str]


def read_frames(svg: ElementTree.Element) -> list[Frame]:
    """The frames, each after its callers; the root comes first."""
    boxes = [
        (int(group[1].attrib[f"{FG}x"]), float(group[1].attrib["y"]), group)
        for group in svg.findall(f"{SVG}svg[@id='frames']/{SVG}g")
    ]
    frames = []
    stack: list[tuple[int, str]] = []  # where each caller ends, and its name
    for left, top, group in sorted(boxes, key=lambda box: box[:2]):
        while stack and stack[-1][0] <= left:
            stack.pop()
        label = re.sub(r" \([\d,]+ samples, [\d.]+%\)$", "", group[0].text or "")
        name, _, place = label.partition(" (")
        name, place = ("import", "") if "importlib" in place else (short(name), place.rstrip(")"))
        samples = int(group[1].attrib[f"{FG}w"])
        frames.append(Frame(group, name, place, samples, top + ROW, [name for _, name in stack]))
        stack.append((left + samples, name))
    if not frames:
        raise Failed("py-spy's picture holds no frames")
    return frames


def short(name: str) -> str:
    """Shorten `numpy_engine.<locals>.cogitate` to `cogitate`, and drop a Rust name's generics."""
    name = name.rpartition("<locals>.")[2]
    if name.startswith(("<", "{")):
        return name
    while (shorter := re.sub(r"<[^<>]*>", "", name.replace("->", ""))) != name:
        name = shorter
    return name


def samples_in(name: str, frames: list[Frame]) -> int:
    """The number of samples whose stack holds a function of that name."""
    outermost = [frame for frame in frames if frame.name == name and name not in frame.callers]
    return sum(frame.samples for frame in outermost)


# ---- repainting ---------------------------------------------------------------------------------

# Equally light, and readable under black text. Frames have names, so that hue is never needed.
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
# In a page the picture has no URL to keep the zoom in, and no width before layout; py-spy's script
# fails on either. The beginning of a long name says more than its end.
SCRIPT = {
    "history.replaceState(": "void (",
    "truncate_text_right = false": "truncate_text_right = true",
    "svg.width.baseVal.value - xpad * 2": "Math.max(0, svg.width.baseVal.value - xpad * 2)",
}


def repaint(svg: ElementTree.Element, frames: list[Frame], title: str) -> None:
    """Give py-spy's picture a title, and its frames labels and colours."""
    parts = {part.get("id") or part.tag.removeprefix(SVG): part for part in svg}
    shown = [frame for frame in frames if "import" not in frame.callers]
    parts["frames"][:] = [frame.group for frame in shown]
    for frame in shown:
        label(frame, frames[0].samples)
    height = max(frame.bottom for frame in shown) + 24
    svg.attrib.update({"height": f"{height:g}", "viewBox": f"0 0 {WIDTH} {height:g}"})
    svg.attrib.update({"role": "img", "aria-label": f"Flame chart. {title}"})
    parts["title"].text = title
    parts["title"].set("x", str(MARGIN))
    parts["unzoom"].attrib.update({"x": "100%", "dx": str(-MARGIN)})
    parts["search"].set("y", "40")
    parts["matched"].set("y", f"{height - 8:g}")
    parts["style"].text = STYLE
    for theirs, ours in SCRIPT.items():
        parts["script"].text = (parts["script"].text or "").replace(theirs, ours)


def label(frame: Frame, total: int) -> None:
    """Name and colour a box, and write as much of the name into it as fits."""
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
    """Remove this machine's folders. Files of the project, of packages and of Python keep the rest
    of their path."""
    names = ("purelib", "platlib", "stdlib")
    folders = {str(ROOT), sys.prefix, sys.base_prefix, *map(sysconfig.get_path, names)}
    with suppress(RuntimeError):  # a user of whom this machine knows no home
        folders.add(str(Path.home()))
    for folder in sorted(folders, key=len, reverse=True):
        text = text.replace(f"{folder}/", "") if folder != "/" else text
    return re.sub(r"(?:/[\w.@+-]+){2,}/(?=[\w.@+-]+\.(?:rs|c|py|so)\b)", "", text)
