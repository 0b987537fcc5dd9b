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
import zlib
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from processes import ROOT, Bar, Failed, run

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
    engine: str, matches: int, seed: int, native: bool, picture: Path, bar: Bar
) -> dict[str, Any]:
    """Record `ttst.py` training two new brains, twice: for the `picture`, and for a speedscope file
    beside it. Returns what was counted."""
    py_spy = find_py_spy()
    with tempfile.TemporaryDirectory() as folder:
        trainer = [sys.executable, str(ROOT / "ttst.py"), "--quiet", "--engine", engine]
        trainer += ["--iterations", str(matches), "--seed", str(seed)]
        for format_name, file in (
            ("flamegraph", picture),
            ("speedscope", picture.with_suffix(".speedscope.json")),
        ):
            options = ["--format", format_name, "--rate", str(RATE), "--function"]
            options += ["--native"] if native else []
            recorded = Path(folder) / file.name
            command = [py_spy, "record", *options, "--output", str(recorded), "--", *trainer]
            try:
                _, errors = run(command, bar, Path(folder))
            except Failed as error:
                raise _in_words(error.errors) from None
            if not recorded.exists():
                raise _in_words(errors)
            file.write_text(recorded.read_text(encoding="utf-8"), encoding="utf-8")
            for brain in Path(folder).glob("brain*.npz"):
                brain.unlink()
    frames, _ = read_frames(ElementTree.parse(picture).getroot())
    speedscope = picture.with_suffix(".speedscope.json")
    speedscope.write_text(without_paths(speedscope.read_text(encoding="utf-8")), encoding="utf-8")
    return {
        "matches": matches,
        "rate": RATE,
        "native": native,
        "samples": max(frame.samples for frame in frames),
        "training_samples": samples_in("train", frames),
        "cogitate_samples": samples_in("cogitate", frames),
        "svg": picture.name,
        "speedscope": speedscope.name,
    }


def _in_words(errors: str) -> Failed:
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
        frames.append(Frame(group, _short(name), place.rstrip(")"), left, samples, depth))
    return sorted(frames, key=lambda frame: (frame.depth, frame.left)), holder


def _short(name: str) -> str:
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

# Readable in black, and of one lightness a kind; with the frame's name they do not rely on hue.
COLOURS = {
    "draw": ("#f2b35e", "#f7c784"),  # cogitate, and what it calls
    "trainer": ("#9cc4e8", "#b3d3ef"),
    "rust": ("#82cdb0", "#9bd9c1"),
    "other": ("#cfd3d8", "#dcdfe3"),
}
STYLE = """
text { font-family: system-ui, sans-serif; font-size: 12px; fill: #1b1f24; }
#frames text { font-family: ui-monospace, monospace; pointer-events: none; }
#title { font-size: 15px; font-weight: 600; }
#matched, #search, #unzoom { text-anchor: end; }
#search, #unzoom { cursor: pointer; text-decoration: underline; fill: #59636e; }
#details, #matched { fill: #59636e; }
#paper { fill: #ffffff; }
#frames rect { stroke: #ffffff; stroke-width: 0.7; }
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
WIDTH, MARGIN, CHARACTER = 1200, 10, 12 * 0.6
TOP, ROW = 52, 16


def polish(picture: Path, title: str) -> None:
    """Rewrite py-spy's `picture` in place."""
    svg = ElementTree.parse(picture).getroot()
    frames, holder = read_frames(svg)
    frames = _without_imports(frames, holder)
    total = max(frame.samples for frame in frames)
    draws = [frame for frame in frames if frame.name == "cogitate"]
    for frame in frames:
        _write(frame, total, _kind(frame, draws))

    height = max(frame.depth for frame in frames) + ROW + 24
    svg.set("height", f"{height:g}")
    svg.set("viewBox", f"0 0 {WIDTH} {height:g}")
    svg.set("role", "img")
    svg.set("aria-label", f"Flame chart. {title}")
    for style in svg.iter(f"{SVG}style"):
        style.text = STYLE
    for script in svg.iter(f"{SVG}script"):
        # In a page it has no address of its own to note the zoom in, and no width before it is laid
        # out: either is an error to the script as it stands. Of a name too long for its box, the
        # beginning says more than the end.
        script.text = (
            (script.text or "")
            .replace("history.replaceState(", "void (")
            .replace("truncate_text_right = false", "truncate_text_right = true")
            .replace(
                "svg.width.baseVal.value - xpad * 2",
                "Math.max(0, svg.width.baseVal.value - xpad * 2)",
            )
        )
    for paper in svg.findall(f"{SVG}rect"):
        paper.attrib.update({"id": "paper", "height": f"{height:g}"})
        paper.attrib.pop("fill", None)
    for text in svg.findall(f"{SVG}text"):
        text.attrib.pop("fill", None)
        name = text.get("id")
        if name == "title":
            text.text = title
            text.set("x", f"{MARGIN}")
        elif name == "unzoom":
            text.attrib.update({"x": "100%", "dx": f"-{MARGIN}"})
        elif name == "search":
            text.set("y", "40")
        elif name == "matched":
            text.set("y", f"{height - 8:g}")
    gradients = svg.find(f"{SVG}defs")
    if gradients is not None:
        svg.remove(gradients)
    picture.write_text(
        without_paths(ElementTree.tostring(svg, encoding="unicode")) + "\n", encoding="utf-8"
    )


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


def _without_imports(frames: list[Frame], holder: ElementTree.Element) -> list[Frame]:
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


def _kind(frame: Frame, draws: list[Frame]) -> str:
    if re.search(r"\.rs\b|chooser\.so", frame.place):
        return "rust"
    if frame in draws or any(frame.is_under(draw) for draw in draws):
        return "draw"
    return "trainer" if re.match(r"ttst(_brain/\w+)?\.py", frame.place) else "other"


def _write(frame: Frame, total: int, kind: str) -> None:
    """Name and colour of a box, and as much of its name as fits in."""
    if "importlib" in frame.place:
        label = "import"
    else:
        label = f"{frame.name} ({frame.place})" if frame.place else frame.name
    shades = COLOURS[kind]
    shade = shades[zlib.crc32(label.encode()) % len(shades)]
    fits = int(((WIDTH - 2 * MARGIN) * frame.samples / total - 6) / CHARACTER)
    for part in frame.group:
        if part.tag == f"{SVG}title":
            share = f"{frame.samples:,} samples, {frame.samples / total:.2%}"
            part.text = f"{label} ({share})"
        elif part.tag == f"{SVG}rect":
            part.set("fill", shade)
        elif fits < 3:
            part.text = ""
        else:
            part.text = label if len(label) <= fits else label[: fits - 2] + ".."
