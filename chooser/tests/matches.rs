//! Whole matches against a plain loop that plays by the rules, draws by `draw::choose` and learns
//! as the trainer's `update_brain` does.

use chooser::draw::choose;
use chooser::generator::{Generator, Words};
use chooser::tictactoe::board::{Outcome, Player, State, CELLS, STATES};
use chooser::tictactoe::matches::{Matches, Results};
use chooser::tictactoe::rule::Rule;
use chooser::tictactoe::table::{Error, Row};
use proptest::prelude::*;

fn new_brain() -> Vec<Row> {
    let open_cells = |state: State| state.cells().map(|cell| if cell == 0 { 6 } else { 0 });
    State::all().map(open_cells).collect()
}

/// Plays matches one move at a time; every move is checked to be legal by `with_move`.
fn play_plainly(
    tables: &mut [Vec<Row>; 2],
    rules: [Rule; 2],
    count: u64,
    generator: &mut Generator,
) -> Results {
    let mut results = Results::default();
    for _ in 0..count {
        let mut state = State::EMPTY;
        let mut moves = Vec::new();
        let outcome = loop {
            if let Some(outcome) = state.outcome() {
                break outcome;
            }
            let player = state.player() as usize;
            let cell = choose(&tables[player][state.number()], generator).unwrap();
            moves.push((player, state, cell));
            state = state.with_move(cell);
        };
        let amounts = match outcome {
            Outcome::Won(Player::One) => {
                results.wins1 += 1;
                [rules[0].win, rules[1].loss]
            }
            Outcome::Won(Player::Two) => {
                results.wins2 += 1;
                [rules[0].loss, rules[1].win]
            }
            Outcome::Tie => {
                results.ties += 1;
                [rules[0].tie, rules[1].tie]
            }
        };
        for (player, state, cell) in moves {
            let weight = &mut tables[player][state.number()][cell];
            let floor = rules[player].floor;
            if amounts[player] >= 0 {
                *weight += amounts[player];
            } else if *weight > floor {
                *weight = weight.saturating_add(amounts[player]).max(floor);
            }
        }
    }
    results
}

fn play(
    tables: &mut [Vec<Row>; 2],
    rules: [Rule; 2],
    count: u64,
    generator: &mut Generator,
) -> Results {
    let mut matches = Matches::new([&tables[0], &tables[1]], rules, count).unwrap();
    let results = matches.play(generator);
    matches.write_back(Player::One, &mut tables[0]);
    matches.write_back(Player::Two, &mut tables[1]);
    results
}

/// Brains whose weights are anything that a match can be played with.
fn brain() -> impl Strategy<Value = Vec<Row>> {
    (any::<u64>(), 0u32..40).prop_map(|(seed, bits)| {
        let mut generator = Generator::from_integer(seed.into());
        let mut weight = |_| 1 + (generator.word() >> (63 - bits)) as i64;
        let mut row =
            |state: State| state.cells().map(|cell| if cell == 0 { weight(()) } else { 0 });
        State::all().map(&mut row).collect()
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    let gain = || 0..1i64 << 40;
    let loss = || i64::MIN..=0;
    let floor = prop_oneof![Just(1), 1i64..20, 1..=i64::MAX];
    (gain(), prop_oneof![gain(), loss()], loss(), floor, any::<bool>()).prop_map(
        |(win, tie, loss, floor, small)| match small {
            true => Rule { win: win % 10, tie: tie % 10, loss: loss % 10, floor },
            false => Rule { win, tie, loss, floor },
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn matches_are_those_of_the_plain_loop_in_any_chunks(
        first in brain(),
        second in brain(),
        rules in [rule(), rule()],
        chunks in prop::collection::vec(0u64..50, 1..5),
        seed: i128,
    ) {
        let mut expected = [first, second];
        let mut played = expected.clone();
        let mut words = [Generator::from_integer(seed), Generator::from_integer(seed)];
        let mut results = Results::default();
        for &count in &chunks {
            let part = play(&mut played, rules, count, &mut words[1]);
            results.wins1 += part.wins1;
            results.wins2 += part.wins2;
            results.ties += part.ties;
        }
        let count = chunks.iter().sum();
        prop_assert_eq!(play_plainly(&mut expected, rules, count, &mut words[0]), results);
        prop_assert!(played == expected, "the tables differ");
        prop_assert_eq!(words[0].word(), words[1].word());
    }

    #[test]
    fn penalties_never_bring_a_weight_below_the_floor(
        brain in brain(),
        penalty in i64::MIN..=0,
        floor in prop_oneof![1i64..100, 1..=i64::MAX],
        seed: i128,
    ) {
        let mut tables = [brain.clone(), brain.clone()];
        let rules = [Rule { win: 0, tie: penalty, loss: penalty, floor }; 2];
        play(&mut tables, rules, 200, &mut Generator::from_integer(seed));
        for (row, before) in tables[0].iter().zip(&brain) {
            for (&weight, &before) in row.iter().zip(before) {
                prop_assert!(weight <= before && weight >= before.min(floor));
            }
        }
    }
}

#[test]
fn ten_thousand_matches_of_new_brains_are_those_of_the_plain_loop() {
    let mut expected = [new_brain(), new_brain()];
    let mut played = expected.clone();
    let rules = Rule::ORIGINAL;
    let results = play_plainly(&mut expected, rules, 10_000, &mut Generator::from_integer(1));
    assert_eq!(play(&mut played, rules, 10_000, &mut Generator::from_integer(1)), results);
    assert!(played == expected);
}

#[test]
fn both_players_may_learn_in_one_table() {
    let mut table = new_brain();
    let mut apart = [table.clone(), table.clone()];
    let rules = Rule::ORIGINAL;
    let results = play(&mut apart, rules, 5000, &mut Generator::from_integer(3));

    let mut matches = Matches::new([&table, &table], rules, 5000).unwrap();
    assert_eq!(matches.play(&mut Generator::from_integer(3)), results);
    matches.write_back(Player::One, &mut table);
    matches.write_back(Player::Two, &mut table);
    for state in State::all() {
        let owner = &apart[state.player() as usize];
        assert_eq!(table[state.number()], owner[state.number()], "{state}");
    }
}

#[test]
fn weights_beyond_32_bits_play_the_same_matches() {
    // Weights 2^30 times as large have the same shares, and need wide rows.
    let scale = |factor: i64| new_brain().iter().map(|row| row.map(|w| w * factor)).collect();
    let mut small: [Vec<Row>; 2] = [scale(1 << 10), scale(1 << 10)];
    let mut large: [Vec<Row>; 2] = [scale(1 << 40), scale(1 << 40)];
    let none = [Rule::NONE; 2];
    let results = play(&mut small, none, 2000, &mut Generator::from_integer(4));
    assert_eq!(play(&mut large, none, 2000, &mut Generator::from_integer(4)), results);
}

#[test]
fn a_table_unfit_to_play_with_is_refused_with_its_culprit() {
    let error = |change: &dyn Fn(&mut Vec<Row>), count| {
        let (right, mut wrong) = (new_brain(), new_brain());
        change(&mut wrong);
        Matches::new([&right, &wrong], Rule::ORIGINAL, count).err()
    };
    let state = State::EMPTY.with_move(4);
    let at = state.number();
    let taken = Error::Taken { table: 2, state, cell: 4, weight: 1 };
    assert_eq!(error(&|table| table[at][4] = 1, 1), Some(taken));
    let negative = Error::Negative { table: 2, state, cell: 8, weight: -1 };
    assert_eq!(error(&|table| table[at][8] = -1, 1), Some(negative));
    let dead = Error::NoMove { table: 2, state };
    assert_eq!(error(&|table| table[at] = [0; CELLS], 1), Some(dead));
    let rows = Error::Rows { table: 2, given: STATES - 1 };
    assert_eq!(error(&|table| table.truncate(STATES - 1), 1), Some(rows));
    // After the end of a match there is nothing to draw.
    let ended = State::all().find(|state| state.to_string() == "111220000").unwrap();
    assert_eq!(error(&|table| table[ended.number()] = [0; CELLS], 1), None);
}

#[test]
fn of_several_faults_the_first_is_named() {
    let mut tables = [new_brain(), new_brain()];
    let refused = |tables: &[Vec<Row>; 2]| {
        Matches::new([&tables[0], &tables[1]], Rule::ORIGINAL, 1).err().unwrap()
    };
    let late = State::all().last().unwrap();
    tables[1][0] = [0; CELLS];
    assert_eq!(refused(&tables), Error::NoMove { table: 2, state: State::EMPTY });
    tables[0][late.number()][8] = 5;
    assert_eq!(refused(&tables), Error::Taken { table: 1, state: late, cell: 8, weight: 5 });
    tables[0][late.number()][7] = -5;
    assert_eq!(refused(&tables), Error::Negative { table: 1, state: late, cell: 7, weight: -5 });
    tables[0][0] = [0; CELLS];
    assert_eq!(refused(&tables), Error::NoMove { table: 1, state: State::EMPTY });
}

#[test]
fn weights_that_could_pass_64_bits_are_refused() {
    let mut brain = new_brain();
    let most = (i64::MAX as u64 - 9 * 6) / 3;
    let new = |brain: &Vec<Row>, count| Matches::new([brain, brain], Rule::ORIGINAL, count).err();
    assert_eq!(new(&brain, most), None);
    let error = Error::TooLarge { largest: 6, matches: most + 1, gain: 3 };
    assert_eq!(new(&brain, most + 1), Some(error));
    brain[0][0] = i64::MAX / 9 + 1;
    let error = Error::TooLarge { largest: i64::MAX / 9 + 1, matches: 0, gain: 3 };
    assert_eq!(new(&brain, 0), Some(error));
    // Their sum passes 127 bits, too.
    let (matches, gain) = (u64::MAX, i64::MAX);
    brain[0][0] = i64::MAX;
    let error = Error::TooLarge { largest: i64::MAX, matches, gain };
    let rules = [Rule { win: gain, ..Rule::NONE }; 2];
    assert_eq!(Matches::new([&brain, &brain], rules, matches).err(), Some(error));
}
