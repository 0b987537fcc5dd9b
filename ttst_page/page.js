// Shows the match and handles input.

const LAID_OUT = [6, 7, 8, 3, 4, 5, 0, 1, 2]; // as on a keypad
const ENDS = ["win", "tie", "loss"];

function $(id) {
  return document.getElementById(id);
}

/** An element with these properties, and texts or elements in it. */
function make(tag, properties, ...content) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
}

function partly(element, part) {
  element.style.setProperty("--part", part);
  return element;
}

function bar(outcome) {
  const parts = ENDS.map((className, end) => partly(make("i", { className }), outcome[end]));
  const element = make("span", { className: "bar" }, ...parts.filter((_, end) => outcome[end]));
  element.ariaHidden = "true";
  return element;
}

function stone(player) {
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const paths = { 1: "M50 14a36 36 0 1 1-.01 0z", 2: "M17 17 83 83M83 17 17 83" };
  path.setAttribute("d", paths[player]);
  shape.setAttribute("viewBox", "0 0 100 100");
  shape.append(path);
  return shape;
}

function paint() {
  const state = now();
  paintBoard(state);
  if ($("said").textContent !== said(state)) $("said").textContent = said(state); // read out once
  $("rule").textContent = rule();
  $("caption").textContent = caption(state);
  paintDraw(falling ?? moves.findLast(({ drawn }) => drawn)?.drawn);
  paintOdds(state);
  paintMoves();
  $("back").ariaDisabled = String(!canTakeBack());
  $("pause").hidden = seat !== "" || resultOf(state) !== null;
  $("pause").textContent = paused ? "Resume" : "Pause";
  $("forget").hidden = !learned;
  const matches = learned === 1 ? "1 match" : `${learned} matches`;
  $("forget").textContent = `Forget what ${matches} taught`;
}

function paintBoard(state) {
  const goesOn = !resultOf(state);
  const shares = goesOn ? sharesOf(state) : null;
  const ends = goesOn ? endsOf(state) : null;
  for (const button of $("board").children) {
    const cell = Number(button.dataset.cell);
    const player = state[cell];
    const isFree = player === "0";
    const { says, elements } = isFree ? free(cell, shares, ends) : taken(player);
    button.replaceChildren(...elements);
    button.className = isFree ? "" : `of-${player}`;
    button.classList.toggle("last", cell === moves.at(-1)?.cell);
    button.classList.toggle("aimed", cell === falling?.cell);
    button.classList.toggle("won", wonCells(state).includes(cell));
    button.classList.toggle("hot", shares?.[cell].part > 0.4);
    partly(button, shares?.[cell].part ?? 0);
    button.ariaLabel = `${cell + 1}, ${PLACES[cell]}: ${says}`;
    button.ariaDisabled = String(!canTake(state, cell));
  }
}

/** What is in a cell, as elements and as words. */
function taken(player) {
  return { says: MARKS[player], elements: [stone(player)] };
}

function free(cell, shares, ends) {
  const elements = [make("span", { className: "digit" }, cell + 1)];
  if (shares) {
    const { text } = shares[cell];
    return { says: `free, ${text}`, elements: [...elements, make("span", {}, text)] };
  }
  if (!ends) return { says: "free", elements };
  const [win, tie, loss] = percents(ends[cell]);
  const lines = [make("b", {}, `win ${win}`), `tie ${tie}`, `lose ${loss}`];
  const spans = lines.map((line) => make("span", {}, line));
  elements.push(make("span", { className: "ends" }, ...spans), bar(ends[cell]));
  const isBest = ends.best.includes(cell);
  if (isBest) elements.push(make("span", { className: "best" }, "best"));
  const says = `free, win ${win}, tie ${tie}, lose ${loss}${isBest ? ", best" : ""}`;
  return { says, elements };
}

function canTake(state, cell) {
  return state[cell] === "0" && !resultOf(state) && playerOf(state) === seat;
}

/** What the brain whose turn it is would do, or one in the human's place. */
function sharesOf(state) {
  const weights = view === "brain" && brains[playerOf(state)]?.get(state);
  if (!weights) return null;
  const total = weights.reduce((sum, weight) => sum + weight);
  const share = (weight) => ({
    part: Number(weight) / Number(total),
    text: percent(weight, total - weight),
  });
  return weights.map(share);
}

/** How the match ends, for whom it is to move, after each move: [win, tie, loss]. */
function endsOf(state) {
  const player = playerOf(state);
  if (view !== "chances" || (seat && player !== seat)) return null;
  const movers = seat ? against(atBest) : bothBrains();
  const known = new Map();
  const ends = CELLS.map((cell) =>
    state[cell] === "0" ? forPlayer(player, outcomeOf(after(state, cell), movers, known)) : null,
  );
  const value = (end) => end[0] - end[2];
  const free = CELLS.filter((cell) => ends[cell]);
  const top = Math.max(...free.map((cell) => value(ends[cell])));
  ends.best = free.filter((cell) => value(ends[cell]) >= top - 1e-12);
  return ends;
}

function bothBrains() {
  return { 1: likeBrain(brains[1]), 2: likeBrain(brains[2]) };
}

/** The human's way to move, and the brain's on the other side. */
function against(own) {
  const other = seat === "1" ? "2" : "1";
  return { [seat]: own, [other]: likeBrain(brains[other]) };
}

function forPlayer(player, [first, tie, second]) {
  return player === "1" ? [first, tie, second] : [second, tie, first];
}

let painted; // the draw on show, so that its point falls once

function paintDraw(drawn) {
  if (drawn && drawn === painted) return;
  painted = drawn;
  const state = now();
  const mover = playerOf(state);
  const weights = drawn?.weights ?? (resultOf(state) ? null : brains[mover]?.get(state));
  const intro =
    "A brain has a weight for every move. They are laid end to end; a random point picks one.";
  if (!weights) return void $("drawn").replaceChildren(make("p", {}, intro));
  const total = weights.reduce((sum, weight) => sum + weight);
  const lots = make("div", { className: drawn ? "lots fallen" : "lots" }, strip(weights, drawn));
  lots.ariaHidden = "true";
  const limits = make("div", { className: "ends-of" }, make("span", {}, "0"), grouped(total));
  limits.ariaHidden = "true";
  const call = `choose([${weights.join(", ")}])${drawn ? ` → ${drawn.cell}` : ""}`;
  const text = drawn ? fell(drawn) : `${intro} These are ${nameOf(mover)}’s for this move.`;
  const code = make("code", { className: "call" }, call);
  $("drawn").replaceChildren(lots, limits, code, make("p", { className: "quiet" }, text));
  if (!drawn) return;
  lots.append(make("span", { className: "at" }, grouped(drawn.point)));
  lots.append(make("span", { className: "point" }));
  lots.style.setProperty("--at", "0%");
  void lots.offsetWidth; // lays it out, so that what follows is a transition
  lots.style.setProperty("--at", `${(100 * (Number(drawn.point) + 0.5)) / Number(drawn.total)}%`);
}

function strip(weights, drawn) {
  const total = Number(weights.reduce((sum, weight) => sum + weight));
  const lots = CELLS.filter((cell) => weights[cell]).map((cell) => {
    const part = Number(weights[cell]) / total;
    const className = cell === drawn?.cell ? "hit" : "";
    return partly(make("span", { className }, part > 0.045 ? cell + 1 : ""), part);
  });
  return make("div", { className: "weights" }, ...lots);
}

function fell(drawn) {
  const { cell, point, total, weights } = drawn;
  const where = `${grouped(point)}, which falls on cell ${cell + 1}`;
  const why = `That weighs ${grouped(weights[cell])}: it is drawn ${percentOf(drawn)} of the time.`;
  return `A random whole number below ${grouped(total)} was ${where}. ${why}`;
}

function paintOdds(state) {
  const names = seat ? ["you win", "tie", "you lose"] : ["O wins", "tie", "X wins"];
  const heads = names.map((text, end) => {
    return make("th", { scope: "col", className: ENDS[end] }, text);
  });
  const what = make("th", { scope: "col" }, seat ? "if you play" : "O against X");
  $("odds").getElementsByTagName("thead")[0].rows[0].replaceChildren(what, ...heads);
  const rows = (seat ? ownRows() : watchedRows()).flatMap(([name, movers]) => {
    const outcome = forPlayer(seat || "1", outcomeOf(state, movers));
    const cells = percents(outcome).map((text) => make("td", {}, text));
    const bars = make("tr", { className: "bars" }, make("td", { colSpan: 4 }, bar(outcome)));
    bars.ariaHidden = "true";
    return [make("tr", {}, make("th", { scope: "row" }, name), ...cells), bars];
  });
  $("odds").getElementsByTagName("tbody")[0].replaceChildren(...rows);
}

function ownRows() {
  const rows = [
    ["your best", against(atBest)],
    ["at random", against(atRandom)],
  ];
  const own = brains[seat];
  if (own) rows.push([`like ${nameOf(seat)}`, against(likeBrain(own))]);
  return rows;
}

function watchedRows() {
  const brain = bothBrains();
  return [
    ["brain against brain", brain],
    ["brain against the best X", { ...brain, 2: atBest }],
    ["brain against a random X", { ...brain, 2: atRandom }],
    ["the best O against brain", { ...brain, 1: atBest }],
    ["a random O against brain", { ...brain, 1: atRandom }],
  ];
}

function paintMoves() {
  const items = moves.map(({ state, cell, drawn, taught }) => {
    const player = playerOf(state);
    const told = [drawn ? `drawn at ${percentOf(drawn)}` : "yours"];
    if (taught) told.push(`weight ${taught.map(grouped).join(" → ")}`);
    const mark = make("b", { className: `of-${player}` }, MARKS[player]);
    const place = make("span", {}, `${cell + 1}, ${PLACES[cell]}`);
    return make("li", {}, mark, place, make("span", { className: "quiet" }, told.join(", ")));
  });
  $("moves").lastElementChild.replaceChildren(...items);
  $("moves").hidden = !items.length;
}

// ---- what is done ------------------------------------------------------------------------------

/** Radio buttons, of which the first is chosen. */
function offer(id, options, chosen) {
  for (const [value, text] of options) {
    const input = make("input", { type: "radio", name: id, value, autocomplete: "off" });
    $(id).append(make("label", {}, input, make("span", {}, text)));
  }
  $(id).onchange = (event) => chosen(event.target.value);
  const [input] = $(id).getElementsByTagName("input");
  input.checked = true;
  chosen(input.value);
}

function onBoardKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = LAID_OUT.indexOf(Number(event.target.dataset.cell));
  const steps = {
    ArrowLeft: at % 3 > 0 ? -1 : 0,
    ArrowRight: at % 3 < 2 ? 1 : 0,
    ArrowUp: at > 2 ? -3 : 0,
    ArrowDown: at < 6 ? 3 : 0,
  };
  if (event.key in steps) {
    $("board").children[at + steps[event.key]].focus();
    event.preventDefault(); // of scrolling
  } else if (/^[1-9]$/.test(event.key)) {
    const button = $("board").children[LAID_OUT.indexOf(event.key - 1)];
    button.focus();
    button.click();
  }
}

for (const cell of LAID_OUT) {
  const button = make("button", { type: "button", tabIndex: cell === 4 ? 0 : -1 });
  button.dataset.cell = cell;
  button.onclick = () => canTake(now(), cell) && take(cell);
  button.onfocus = () => { // the board is one stop of the Tab key
    for (const other of $("board").children) other.tabIndex = other === button ? 0 : -1;
  };
  $("board").append(button);
}
$("board").onkeydown = onBoardKey;
$("new").onclick = () => {
  begin();
  if (seat) $("board").querySelector("[tabindex='0']").focus();
};
$("back").onclick = takeBack;
$("pause").onclick = () => {
  paused = !paused;
  proceed();
};
$("forget").onclick = () => {
  brains = unlearned();
  unlearn = null;
  learned = 0;
  for (const move of moves) delete move.taught;
  paint();
  $("learns").focus();
};

const here = ["1", "2"].filter((player) => brains[player]);
const who = here.map((player) => `${MARKS[player]} is ${nameOf(player)}`);
$("about").textContent = `${who.join(", ")}.`;

const seats = [["1", "O, first"], ["2", "X, second"]].filter(([player]) => brains[3 - player]);
if (here.length === 2) seats.push(["", "Watch"]);
const views = [["brain", "the brain’s chances"], ["chances", "how it ends"], ["nothing", "nothing"]];
if (here.length === 1) views.unshift(...views.splice(1, 1)); // there is no brain in your place
offer("views", views, (value) => {
  view = value;
  if (seat !== undefined) paint();
});
offer("seats", seats, (value) => {
  seat = value;
  begin();
});
