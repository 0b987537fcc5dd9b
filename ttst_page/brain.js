// The game and its brains: rules, weights, the draw, exact odds, learning. As in the trainer, a
// state is nine cells in the order of a keypad: "0" free, "1" O, "2" X. Never touches the document.
"use strict";

const NEW_BOARD = "000000000";
const CELLS = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const LINES = [
  [0, 1, 2], [3, 4, 5], [6, 7, 8],
  [0, 3, 6], [1, 4, 7], [2, 5, 8],
  [0, 4, 8], [2, 4, 6],
];

// ---- the rules ---------------------------------------------------------------------------------

/** The cells of the lines that one player holds: two lines can be closed by one move. */
function wonCells(state) {
  const isHeld = ([a, b, c]) => state[a] > 0 && state[a] === state[b] && state[b] === state[c];
  return LINES.filter(isHeld).flat();
}

/** "1" or "2" has won, "tie", or null while the match goes on. */
function resultOf(state) {
  const won = wonCells(state);
  if (won.length) return state[won[0]];
  return state.includes("0") ? null : "tie";
}

function stonesOn(state) {
  return CELLS.filter((cell) => state[cell] !== "0").length;
}

/** Whose move it is. */
function playerOf(state) {
  return stonesOn(state) % 2 ? "2" : "1";
}

function after(state, cell) {
  return state.slice(0, cell) + playerOf(state) + state.slice(cell + 1);
}

/** The states in which the player moves, in the order of counting. */
function openStates(player) {
  const states = Array.from({ length: 3 ** 9 }, (_, row) => row.toString(3).padStart(9, "0"));
  const count = (state, mark) => state.split(mark).length;
  return states.filter((state) => {
    const ahead = count(state, "1") - count(state, "2");
    return ahead === player - 1 && resultOf(state) === null;
  });
}

// ---- weights and the draw ----------------------------------------------------------------------

/** The player's brain, state -> nine weights, from the weights of its free cells: each as LEB128,
 * all in base64. BigInts, because a Number is exact only up to 2 ** 53. */
function decode(text, player) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  let at = 0;
  function next() {
    let weight = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      weight |= BigInt(byte & 127) << shift;
      if (byte < 128) return weight;
    }
  }
  const weights = (state) => CELLS.map((cell) => (state[cell] === "0" ? next() : 0n));
  return new Map(openStates(player).map((state) => [state, weights(state)]));
}

/** What `choose` does: a whole number below the sum of the weights, each as likely as any other,
 * falls on the first cell whose running sum exceeds it. */
function draw(weights) {
  const total = weights.reduce((sum, weight) => sum + weight);
  const words = 1n << 128n;
  const unbiased = words - (words % total); // the words above would make small points likelier
  let word;
  do {
    const [low, high] = crypto.getRandomValues(new BigUint64Array(2));
    word = (high << 64n) | low;
  } while (word >= unbiased);
  const point = word % total;
  let cell = 0;
  for (let end = weights[0]; end <= point; end += weights[cell]) cell += 1;
  return { weights: [...weights], total, point, cell };
}

// ---- exact odds --------------------------------------------------------------------------------

// A mover: maps a state, and the outcome of each of its moves, to the chances of the moves.

function likeBrain(brain) {
  return (state) => {
    const weights = brain.get(state).map(Number);
    const total = weights.reduce((sum, weight) => sum + weight);
    return weights.map((weight) => weight / total);
  };
}

function atRandom(state) {
  const free = 9 - stonesOn(state);
  return CELLS.map((cell) => (state[cell] === "0" ? 1 / free : 0));
}

/** Most wins minus losses; where several moves have that, the most wins. */
function atBest(state, outcomes) {
  const own = playerOf(state) === "1" ? 0 : 2;
  const free = CELLS.filter((cell) => state[cell] === "0");
  const value = (cell) => outcomes[cell][own] - outcomes[cell][2 - own];
  const top = Math.max(...free.map(value)) - 1e-12; // two moves are equal within rounding
  const wins = (cell) => (value(cell) >= top ? outcomes[cell][own] : -1);
  const best = free.reduce((a, b) => (wins(b) > wins(a) ? b : a));
  return CELLS.map((cell) => (cell === best ? 1 : 0));
}

/** The chances that O wins, of a tie, and that X wins, where `movers` says how each side moves. */
function outcomeOf(state, movers, known = new Map()) {
  if (known.has(state)) return known.get(state);
  const result = resultOf(state);
  let outcome = ["1", "tie", "2"].map((end) => (end === result ? 1 : 0));
  if (result === null) {
    const outcomes = CELLS.map((cell) =>
      state[cell] === "0" ? outcomeOf(after(state, cell), movers, known) : [0, 0, 0],
    );
    const chances = movers[playerOf(state)](state, outcomes);
    outcome = [0, 1, 2].map((end) =>
      CELLS.reduce((sum, cell) => sum + chances[cell] * outcomes[cell][end], 0),
    );
  }
  known.set(state, outcome);
  return outcome;
}

// ---- learning ----------------------------------------------------------------------------------

/** Adds the amount to the weights of one player's moves; no penalty takes a weight below the floor.
 * Returns what puts them back. */
function learn(brain, moves, amount, floor) {
  const before = moves.map(({ state, cell }) => brain.get(state)[cell]);
  moves.forEach(({ state, cell }, move) => {
    const weight = before[move];
    const sum = weight + amount;
    const penalised = weight > floor ? (sum > floor ? sum : floor) : weight;
    brain.get(state)[cell] = amount < 0n ? penalised : sum;
  });
  return () => moves.forEach(({ state, cell }, move) => (brain.get(state)[cell] = before[move]));
}

/** Whether no match has changed the weights of a state: they are those of a new brain, which
 * `start` has by the player's turn; its last holds for all later ones. */
function isUntouched(state, weights, start) {
  const turn = Math.floor(stonesOn(state) / 2);
  const fresh = start[Math.min(turn, start.length - 1)];
  return CELLS.every((cell) => state[cell] !== "0" || weights[cell] === fresh);
}
