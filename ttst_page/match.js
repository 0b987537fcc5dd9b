// The match in the page: who plays, whose turn it is, taking back, learning, and the texts for all
// that. page.js shows it.

const MARKS = { 1: "O", 2: "X" };
const PLACES = [
  "bottom left", "bottom", "bottom right", "left", "centre", "right", "top left", "top",
  "top right",
];
const THINKS = 500; // milliseconds from a move to the draw of the next
const FALLS = 1000; // and from the draw to its move

const data = JSON.parse(document.getElementById("data").textContent);
const floor = BigInt(data.rule.floor);
const start = data.rule.start.map(BigInt);
let brains = unlearned();

let seat; // the player that the human is, or "" to watch
let view; // what free cells show
let moves = []; // each with the state before it and the cell; with its draw, where a brain made it
let falling = null; // the draw whose move is still to come
let unlearn = null; // what a finished match taught, taken back
let learned = 0;
let paused = false;
let timer;

function unlearned() {
  const decoded = ([player, brain]) => [player, brain && decode(brain.weights, player)];
  return Object.fromEntries(Object.entries(data.brains).map(decoded));
}

function now() {
  const last = moves.at(-1);
  return last ? after(last.state, last.cell) : NEW_BOARD;
}

// ---- the match ---------------------------------------------------------------------------------

function begin() {
  moves = [];
  unlearn = null;
  paused = false;
  proceed();
}

function proceed() {
  clearTimeout(timer);
  falling = null;
  paint();
  const state = now();
  if (resultOf(state) || playerOf(state) === seat || paused) return;
  timer = setTimeout(() => {
    falling = draw(brains[playerOf(state)].get(state));
    paint();
    timer = setTimeout(() => take(falling.cell, falling), FALLS);
  }, THINKS);
}

function take(cell, drawn = null) {
  const state = now();
  moves.push({ state, cell, drawn });
  const result = resultOf(now());
  if (result && $("learns").checked) learnFrom(result);
  proceed();
}

/** As in the trainer, those brains learn that moved themselves. */
function learnFrom(result) {
  const undo = [];
  for (const player of learners()) {
    const own = moves.filter(({ state }) => playerOf(state) === player);
    const amount = amountOf(player, result);
    const weights = () => own.map(({ state, cell }) => brains[player].get(state)[cell]);
    const before = weights();
    undo.push(learn(brains[player], own, amount, floor));
    weights().forEach((weight, move) => (own[move].taught = [before[move], weight]));
  }
  learned += 1;
  unlearn = () => {
    for (const one of undo) one();
    learned -= 1;
    unlearn = null;
  };
}

function amountOf(player, result) {
  return BigInt(data.rule.amounts[result][player - 1]);
}

function learners() {
  return ["1", "2"].filter((player) => player !== seat && brains[player]);
}

function canTakeBack() {
  return moves.some(({ state }) => !seat || playerOf(state) === seat);
}

/** To the human's last move, or one move where the human watches. A match that was learned from
 * is unlearned, so that its new end is learned once. */
function takeBack() {
  if (!canTakeBack()) return;
  unlearn?.();
  let state;
  do ({ state } = moves.pop()); while (seat && playerOf(state) !== seat);
  for (const move of moves) delete move.taught;
  paused = !seat;
  proceed();
}

// ---- words -------------------------------------------------------------------------------------

/** `part` of the whole, in percent; only nothing rounds to 0, and only all to 100. */
function percent(part, rest) {
  if (!part) return "0%";
  if (!rest) return "100%";
  const share = Number(part) / (Number(part) + Number(rest));
  if (share < 0.001) return "<0.1%";
  if (share > 0.999) return ">99.9%";
  return `${(100 * share).toFixed(share < 0.0995 || share >= 0.9895 ? 1 : 0)}%`;
}

function percents([win, tie, loss]) {
  return [percent(win, tie + loss), percent(tie, win + loss), percent(loss, win + tie)];
}

function percentOf({ weights, cell, total }) {
  return percent(weights[cell], total - weights[cell]);
}

function signed(amount) {
  return amount > 0n ? `+${grouped(amount)}` : grouped(amount).replace("-", "−");
}

function grouped(number) {
  return number.toLocaleString("en");
}

function nameOf(player) {
  return data.brains[player].name;
}

function said(state) {
  const last = moves.at(-1);
  const result = resultOf(state);
  const mover = playerOf(state);
  const texts = [];
  if (last?.drawn) {
    const mark = MARKS[playerOf(last.state)];
    texts.push(`${mark} takes ${last.cell + 1}, ${PLACES[last.cell]} (${percentOf(last.drawn)}).`);
  }
  if (result === "tie") texts.push("A tie.");
  else if (result) {
    const wins = `${MARKS[result]} wins.`;
    texts.push(seat ? (result === seat ? `${wins} You win!` : `${wins} You lose.`) : wins);
  } else if (mover === seat) texts.push(`Your move, ${MARKS[mover]}.`);
  else if (paused) texts.push(`Paused: ${MARKS[mover]} moves next.`);
  else texts.push(`${MARKS[mover]} draws its move …`);
  if (result && unlearn) texts.push(`${learners().map(nameOf).join(" and ")} learned from it.`);
  return texts.join(" ");
}

function caption(state) {
  const mover = playerOf(state);
  if (resultOf(state) || view === "nothing") return "";
  if (view === "chances") {
    if (!seat) return `How it ends for ${MARKS[mover]} if it goes there and both brains play on.`;
    return mover === seat ? "How it ends if you go there and then play your best." : "";
  }
  if (!brains[mover]) return `This page has no brain for ${MARKS[mover]}, so no chances to show.`;
  const draws = mover === seat ? `In your place, ${nameOf(mover)} would draw` : "The brain draws";
  return `${draws} each free cell with the chance shown. ${ignorance(state)}`;
}

/** Says so if the brain has no preference here, or no match of its training came here. */
function ignorance(state) {
  const weights = brains[playerOf(state)].get(state);
  const free = CELLS.filter((cell) => state[cell] === "0");
  const weight = weights[free[0]];
  if (isUntouched(state, weights, start)) {
    return `It has never been here: every free cell weighs ${weight}, as in a new brain.`;
  }
  const alike = free.length > 1 && free.every((cell) => weights[cell] === weight);
  return alike ? `It has no preference here: every free cell weighs ${grouped(weight)}.` : "";
}

/** What a brain learns from a match. */
function rule() {
  const taught = learners().map((player) => {
    const ends = [player, "tie", player === "1" ? "2" : "1"];
    const [win, tie, loss] = ends.map((result) => signed(amountOf(player, result)));
    return `for ${nameOf(player)}: win ${win}, tie ${tie}, loss ${loss}`;
  });
  return `After a match, the weights of its moves change ${taught.join("; ")}. ` +
    `No penalty takes a weight below ${grouped(floor)}.`;
}
