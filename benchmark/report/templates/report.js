// A flame chart's boxes: one stop of the Tab key; arrows go from box to box, Enter zooms in on one,
// Escape goes back. What is folded is printed too.
const PAPER = 680; // pixels between the margins, for which no event says that they are the width
for (const figure of document.querySelectorAll("figure.flamechart")) {
  const chart = figure.querySelector("svg"), reset = figure.querySelector("button");
  const boxes = [...chart.querySelectorAll(".box")].map(element => ({
    element, text: element.querySelector("text"), depth: element.y.baseVal.value,
    left: parseFloat(element.getAttribute("x")), width: parseFloat(element.getAttribute("width")),
  }));
  const within = (box, outer) =>
    box.left >= outer.left - 1e-6 && box.left + box.width <= outer.left + outer.width + 1e-6;
  let zoomed = boxes[0];

  function show(across = chart.getBoundingClientRect().width) {
    for (const box of boxes) {
      const around = box.depth < zoomed.depth && within(zoomed, box);
      const inside = box.depth >= zoomed.depth && within(box, zoomed);
      const left = around ? 0 : (box.left - zoomed.left) / zoomed.width;
      const width = around ? 1 : box.width / zoomed.width;
      box.element.setAttribute("x", `${100 * left}%`);
      box.element.setAttribute("width", `${100 * width}%`);
      box.element.classList.toggle("around", around);
      box.element.classList.toggle("outside", !around && !inside);
      const label = box.element.dataset.label, room = Math.floor((width * across - 8) / 8.4);
      box.text.textContent =
        label.length <= room ? label : room > 2 ? `${label.slice(0, room - 1)}…` : "";
    }
    reset.disabled = zoomed === boxes[0];
  }
  function zoom(box) {
    zoomed = box;
    show();
  }
  function focus(box) {
    if (!box) return;
    for (const one of boxes) one.element.setAttribute("tabindex", one === box ? 0 : -1);
    box.element.focus();
  }
  const of = target => boxes.find(box => box.element === target.closest(".box"));
  const shown = box => !box.element.classList.contains("outside");
  const parent = box => boxes.findLast(other =>
    other.depth < box.depth && within(box, other));
  const beside = box => boxes.filter(other => other.depth === box.depth && shown(other));
  const towards = {
    ArrowUp: parent,
    ArrowDown: box => boxes.find(other => shown(other) && parent(other) === box),
    ArrowLeft: box => beside(box)[beside(box).indexOf(box) - 1],
    ArrowRight: box => beside(box)[beside(box).indexOf(box) + 1],
    Home: () => boxes[0],
  };
  chart.addEventListener("click", event => {
    const box = of(event.target);
    if (box) { focus(box); zoom(box); }
  });
  chart.addEventListener("keydown", event => {
    const box = of(event.target);
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") zoom(box);
    else if (event.key === "Escape") zoom(boxes[0]);
    else if (event.key in towards) focus(towards[event.key](box));
    else return;
    event.preventDefault();
  });
  reset.addEventListener("click", () => { zoom(boxes[0]); focus(boxes[0]); });
  addEventListener("beforeprint", () => { zoomed = boxes[0]; show(PAPER); });
  addEventListener("afterprint", () => show());
  new ResizeObserver(() => show()).observe(chart);
}
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
});
