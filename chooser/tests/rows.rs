//! Draws from many rows, and from long ones, against single draws and the documented sums.

use chooser::draw::{choose, choose_rows, choose_rows_at, Error, RowError, Weight, BLOCK};
use chooser::generator::{Generator, Words};
use proptest::prelude::*;

/// The running sums of floats, as the documentation has them.
fn running_sums(weights: &[f64]) -> Vec<f64> {
    let mut sums = Vec::new();
    let mut before = 0.0;
    for block in weights.chunks(BLOCK) {
        let mut part = 0.0;
        for weight in block {
            part += weight;
            sums.push(before + part);
        }
        before += part;
    }
    sums
}

fn index_at(weights: &[f64], unit: f64) -> usize {
    let sums = running_sums(weights);
    let point = unit * sums[sums.len() - 1];
    let last = weights.iter().rposition(|&weight| weight > 0.0).unwrap();
    sums.iter().position(|&sum| sum > point).unwrap_or(last)
}

/// All that a table's rows give, and the next word.
fn rows_drawn<W: Weight>(rows: &[Vec<W>], seed: i128) -> (Result<Vec<i64>, RowError>, u64) {
    let (mut generator, mut indices) = (Generator::from_integer(seed), vec![-1; rows.len()]);
    let drawn = choose_rows(rows.iter().map(|row| &row[..]), &mut generator, &mut indices);
    (drawn.map(|()| indices), generator.word())
}

fn drawn_one_by_one<W: Weight>(rows: &[Vec<W>], seed: i128) -> (Result<Vec<i64>, RowError>, u64) {
    let mut generator = Generator::from_integer(seed);
    let mut draw = |(row, weights): (usize, &Vec<W>)| {
        let index = choose(weights, &mut generator).map_err(|error| RowError { row, error })?;
        Ok(index as i64)
    };
    let drawn = rows.iter().enumerate().map(&mut draw).collect();
    (drawn, generator.word())
}

fn tables<S: Strategy>(number: impl Fn() -> S) -> impl Strategy<Value = Vec<Vec<S::Value>>> {
    let of_one_length = (0usize..70).prop_flat_map(move |length| {
        let row = prop::collection::vec(number(), length);
        prop::collection::vec(row, 0..11)
    });
    // Rows that are alike are drawn side by side, and the last ones of them may be missing.
    (of_one_length, 0usize..70, any::<bool>()).prop_map(|(mut rows, cut, ragged)| {
        if ragged {
            for (place, row) in rows.iter_mut().enumerate() {
                row.truncate((place * 7 + cut) % 70);
            }
        }
        rows
    })
}

proptest! {
    #[test]
    fn rows_of_integers_are_drawn_from_one_after_the_other(
        rows in tables(|| prop_oneof![Just(0i64), 0i64..9, 0..i64::MAX, -1i64..1000]),
        seed: i128,
    ) {
        prop_assert_eq!(rows_drawn(&rows, seed).0, drawn_one_by_one(&rows, seed).0);
        let right: Vec<Vec<u64>> = rows
            .iter()
            .map(|row| row.iter().map(|weight| weight.unsigned_abs()).chain([1]).collect())
            .collect();
        prop_assert_eq!(rows_drawn(&right, seed), drawn_one_by_one(&right, seed));
    }

    #[test]
    fn rows_of_floats_are_drawn_from_one_after_the_other(
        rows in tables(|| prop_oneof![
            Just(0.0), 0.0..9.0, Just(-0.0), 0.0..1e-300, 0.0..f64::MAX, -1e-3..1000.0,
            Just(f64::INFINITY)
        ]),
        seed: i128,
    ) {
        prop_assert_eq!(rows_drawn(&rows, seed).0, drawn_one_by_one(&rows, seed).0);
        let right: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| row.iter().map(|weight| weight.abs().min(1e300)).chain([1.0]).collect())
            .collect();
        prop_assert_eq!(rows_drawn(&right, seed), drawn_one_by_one(&right, seed));
    }

    #[test]
    fn a_uniform_gives_the_first_index_whose_running_sum_is_above_its_share(
        rows in tables(|| prop_oneof![Just(0u16), 0u16..9, any::<u16>()]),
        seed: i128,
    ) {
        let rows: Vec<Vec<u16>> =
            rows.into_iter().map(|row| row.into_iter().chain([1]).collect()).collect();
        let mut words = Generator::from_integer(seed);
        let mut uniforms: Vec<f64> =
            rows.iter().map(|_| words.word() as f64 / 2f64.powi(64) * (1.0 - 1e-15)).collect();
        if let Some(first) = uniforms.first_mut() {
            *first = 1.0 - f64::EPSILON / 2.0;
        }
        let mut indices = vec![-1; rows.len()];
        let slices = rows.iter().map(|row| &row[..]);
        prop_assert_eq!(choose_rows_at(slices, &uniforms, &mut indices), Ok(()));
        for ((row, unit), index) in rows.iter().zip(uniforms).zip(indices) {
            let floats: Vec<f64> = row.iter().map(|&weight| weight.into()).collect();
            prop_assert_eq!(index as usize, index_at(&floats, unit));
        }
    }

    #[test]
    fn long_rows_are_drawn_from_as_documented(
        length in 1usize..5000,
        step in 1usize..100,
        seed: i128,
    ) {
        let mut words = Generator::from_integer(seed);
        let integers: Vec<u64> = (0..length)
            .map(|place| if place % step == 0 { words.word() >> 20 } else { 0 })
            .collect();
        let floats: Vec<f64> = integers.iter().map(|&weight| weight as f64 * 0.1).collect();
        let sum: u64 = integers.iter().sum();
        prop_assume!(sum > 0);

        let word = Generator::from_integer(seed).word();
        let unit = (word >> 11) as f64 / 2f64.powi(53);
        let drawn = choose(&floats, &mut Generator::from_integer(seed));
        prop_assert_eq!(drawn, Ok(index_at(&floats, unit)));

        let mut generator = Generator::from_integer(seed);
        let mut point = chooser::below::below(sum, || generator.word());
        let expected = integers.iter().position(|&weight| {
            let found = point < weight;
            point = point.wrapping_sub(if found { 0 } else { weight });
            found
        });
        prop_assert_eq!(choose(&integers, &mut Generator::from_integer(seed)).ok(), expected);
    }
}

#[test]
fn the_first_row_that_is_refused_is_named() {
    let refused = |rows: &[Vec<f64>]| rows_drawn(rows, 1).0.unwrap_err();
    let right = vec![1.0; 9];
    for place in 0..9 {
        let mut rows = vec![right.clone(); 9];
        rows[place][3] = -0.5;
        if let Some(row) = rows.get_mut(place + 1) {
            row.clear();
        }
        let error = refused(&rows);
        let negative = Error::Negative { index: 3, weight: "-0.5".into() };
        assert_eq!(error, RowError { row: place, error: negative });
        let text = format!("row {place}: weights[3] is -0.5: a weight must not be negative");
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn rows_and_indices_end_together() {
    let mut indices = [7; 6];
    let rows = [[0, 1], [1, 0], [0, 1]];
    let draw = |indices: &mut [i64]| {
        let rows = rows.iter().map(|row| &row[..]);
        choose_rows(rows, &mut Generator::from_integer(1), indices)
    };
    assert_eq!(draw(&mut indices), Ok(()));
    assert_eq!(indices, [1, 0, 1, 7, 7, 7]);
    assert_eq!(draw(&mut indices[4..]), Ok(()));
    assert_eq!(indices, [1, 0, 1, 7, 1, 0]);
}
