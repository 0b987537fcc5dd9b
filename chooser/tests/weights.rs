//! Weights that change, against the plain definition: a list of weights, and draws from that list.

use chooser::draw::value::Value;
use chooser::draw::{self, choose};
use chooser::generator::{Generator, Words};
use chooser::weights::{Error, Weights};
use proptest::collection::vec;
use proptest::prelude::*;

/// A source that counts the words used.
struct Counted(Generator, usize);

impl Words for Counted {
    fn word(&mut self) -> u64 {
        self.1 += 1;
        self.0.word()
    }
}

fn counted(seed: i128) -> Counted {
    Counted(Generator::from_integer(seed), 0)
}

/// A change of weights.
#[derive(Clone, Debug)]
enum Change<W> {
    Set(usize, W),
    Append(W),
    Update(Vec<(usize, W)>),
    Sample(usize),
}

fn changes<W: Clone + std::fmt::Debug>(
    weight: impl Strategy<Value = W> + Clone,
) -> impl Strategy<Value = Vec<Change<W>>> {
    let change = prop_oneof![
        4 => (any::<usize>(), weight.clone()).prop_map(|(index, new)| Change::Set(index, new)),
        2 => weight.clone().prop_map(Change::Append),
        2 => vec((any::<usize>(), weight), 0..20).prop_map(Change::Update),
        1 => (0..20usize).prop_map(Change::Sample),
    ];
    vec(change, 0..30)
}

/// Weights of all magnitudes, and many that are 0.
fn integer() -> impl Strategy<Value = u128> + Clone {
    prop_oneof![
        3 => Just(0u128),
        5 => 1..20u128,
        2 => any::<u64>().prop_map(u128::from),
        2 => (0..128u32, any::<u128>()).prop_map(|(shift, weight)| weight >> shift),
        1 => (60..=64u32).prop_map(|bits| (1 << bits) - 1),
    ]
}

fn float() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![
        3 => Just(0.0),
        5 => 0.0..1.0f64,
        2 => (-1074..=1023i32, 1.0..2.0f64).prop_map(|(power, part)| part * 2f64.powi(power)),
        1 => Just(f64::MAX),
        1 => Just(5e-324),
    ]
}

fn length() -> impl Strategy<Value = usize> {
    prop_oneof![0..20usize, 250..260usize, 0..300usize]
}

/// The draws that weights give, with the words used for them.
fn draws_of(weights: &Weights) -> (Vec<Result<usize, Error>>, usize) {
    let mut words = counted(7);
    ((0..20).map(|_| weights.choose(&mut words)).collect(), words.1)
}

fn sum(list: &[u128]) -> Option<u128> {
    list.iter().try_fold(0u128, |sum, &weight| sum.checked_add(weight))
}

/// Makes a change to a list, unless its sum becomes too large.
fn change_list(list: &mut Vec<u128>, change: &Change<u128>) -> bool {
    let mut changed = list.clone();
    match change {
        Change::Set(index, weight) if !list.is_empty() => changed[index % list.len()] = *weight,
        Change::Append(weight) => changed.push(*weight),
        Change::Update(pairs) if !list.is_empty() => {
            for (index, weight) in pairs {
                changed[index % list.len()] = *weight;
            }
        }
        _ => {}
    }
    let fits = sum(&changed).is_some();
    if fits {
        *list = changed;
    }
    fits
}

fn change_weights<W: Copy + Into<Value>>(
    weights: &mut Weights,
    change: &Change<W>,
) -> Result<(), Error> {
    let len = weights.len();
    match change {
        Change::Set(index, weight) if len > 0 => weights.set(index % len, (*weight).into()),
        Change::Append(weight) => weights.append((*weight).into()),
        Change::Update(pairs) if len > 0 => {
            let indices: Vec<_> = pairs.iter().map(|(index, _)| index % len).collect();
            let values: Vec<Value> = pairs.iter().map(|&(_, weight)| weight.into()).collect();
            weights.update(&indices, &values)
        }
        Change::Sample(count) => {
            let result = weights.sample(&mut counted(3), &mut vec![0; *count]);
            assert!(matches!(result, Ok(()) | Err(Error::TooFewPositive { .. })));
            Ok(())
        }
        _ => Ok(()),
    }
}

fn values<W: Copy + Into<Value>>(list: &[W]) -> Vec<Value> {
    list.iter().map(|&weight| weight.into()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn integers_draw_as_choose_from_the_list_whatever_their_history(
        mut list in length().prop_flat_map(|length| vec(integer(), length)),
        changes in changes(integer()),
    ) {
        prop_assume!(sum(&list).is_some());
        let mut weights = Weights::new(&list).unwrap();
        for change in changes {
            let fits = change_list(&mut list, &change);
            let changed = change_weights(&mut weights, &change);
            prop_assert_eq!(changed.is_ok(), fits, "{:?}", changed);
            prop_assert_eq!(weights.iter().collect::<Vec<_>>(), values(&list));
        }
        prop_assert_eq!(weights.total(), Value::Integer(sum(&list).unwrap()));
        prop_assert_eq!(&weights, &Weights::new(&list).unwrap());
        let mut words = counted(7);
        let expected: Vec<_> =
            (0..20).map(|_| choose(&list, &mut words).map_err(Error::from)).collect();
        prop_assert_eq!(draws_of(&weights), (expected, words.1));
    }

    #[test]
    fn floats_have_the_state_of_new_ones_whatever_their_history(
        mut list in length().prop_flat_map(|length| vec(float(), length)),
        changes in changes(float()),
    ) {
        let mut weights = Weights::new(&list).unwrap();
        for change in changes {
            let len = list.len();
            match &change {
                Change::Set(index, weight) if len > 0 => list[index % len] = *weight,
                Change::Append(weight) => list.push(*weight),
                Change::Update(pairs) if len > 0 => {
                    for (index, weight) in pairs {
                        list[index % len] = *weight;
                    }
                }
                _ => {}
            }
            prop_assert_eq!(change_weights(&mut weights, &change), Ok(()));
        }
        prop_assert_eq!(weights.iter().collect::<Vec<_>>(), values(&list));
        prop_assert_eq!(&weights, &Weights::new(&list).unwrap());
        for index in draws_of(&weights).0 {
            match index {
                Ok(index) => prop_assert!(list[index] > 0.0),
                Err(error) => {
                    prop_assert!(list.iter().all(|&weight| weight == 0.0), "{}", error);
                }
            }
        }
    }

    #[test]
    fn floats_that_are_small_integers_draw_as_integers_by_the_same_point(
        list in (1..300usize).prop_flat_map(|length| vec(0..1000u64, length)),
        point in 0..300_000u64,
    ) {
        let floats: Vec<f64> = list.iter().map(|&weight| weight as f64).collect();
        let found = Weights::new(&floats).unwrap().find(Value::Float(point as f64 + 0.5));
        let mut sum = 0;
        let first = list.iter().position(|&weight| { sum += weight; sum > point });
        prop_assert_eq!(found, first);
        prop_assert_eq!(Weights::new(&list).unwrap().find(Value::Integer(point.into())), first);
        prop_assert_eq!(Weights::new(&list).unwrap().find(Value::Float(point as f64 + 0.5)), first);
    }

    #[test]
    fn the_highest_points_below_a_sum_of_floats_are_of_positive_weights(
        mut list in vec(prop_oneof![Just(0.0), 0.0..1.0f64], 1..600),
        zeros in 0..40usize,
    ) {
        list.extend(vec![0.0; zeros]);
        let weights = Weights::new(&list).unwrap();
        let Value::Float(total) = weights.total() else { unreachable!("floats") };
        prop_assume!(total > 0.0);
        prop_assert_eq!(weights.find(Value::Float(total)), None);
        for back in 1..50 {
            let point = f64::from_bits(total.to_bits() - back);
            let index = weights.find(Value::Float(point)).unwrap();
            prop_assert!(list[index] > 0.0);
        }
    }

    #[test]
    fn vector_instructions_give_the_same_bits(
        integers in length().prop_flat_map(|length| vec(0..1u64 << 50, length)),
        floats in length().prop_flat_map(|length| vec(float(), length)),
        integer_changes in changes(0..1u128 << 50),
        float_changes in changes(float()),
    ) {
        let pair = [Weights::new(&integers).unwrap(), Weights::portable(&integers).unwrap()];
        assert_same(pair, &integer_changes);
        let pair = [Weights::new(&floats).unwrap(), Weights::portable(&floats).unwrap()];
        assert_same(pair, &float_changes);
    }

    #[test]
    fn many_choices_are_as_many_single_ones(
        list in (1..300usize).prop_flat_map(|length| vec(integer(), length)),
        count in 0..40usize,
    ) {
        prop_assume!(sum(&list).is_some_and(|sum| sum > 0));
        let floats: Vec<f64> = list.iter().map(|&weight| weight as f64).collect();
        for weights in [Weights::new(&list).unwrap(), Weights::new(&floats).unwrap()] {
            let mut words = [counted(1), counted(1)];
            let mut indices = vec![-1; count];
            weights.choices(&mut words[0], &mut indices).unwrap();
            for index in indices {
                prop_assert_eq!(index, weights.choose(&mut words[1]).unwrap() as i64);
            }
            prop_assert_eq!(words[0].1, words[1].1);
        }
    }

    #[test]
    fn a_sample_is_drawn_as_if_each_weight_drawn_were_set_to_zero(
        list in (1..600usize).prop_flat_map(|length| vec(integer(), length)),
        share in 0.0..=1.0f64,
        floats: bool,
    ) {
        prop_assume!(sum(&list).is_some());
        let values: Vec<Value> = if floats {
            list.iter().map(|&weight| Value::Float(weight as f64)).collect()
        } else {
            values(&list)
        };
        let mut weights = Weights::new(&values).unwrap();
        let positive = list.iter().filter(|&&weight| weight > 0).count();
        let mut indices = vec![-1; (positive as f64 * share) as usize];
        weights.sample(&mut counted(1), &mut indices).unwrap();
        prop_assert_eq!(&weights, &Weights::new(&values).unwrap());

        let mut words = counted(1);
        for index in indices {
            let expected = weights.choose(&mut words).unwrap();
            prop_assert_eq!(index, expected as i64);
            weights.set(expected, Value::Integer(0)).unwrap();
        }
    }
}

fn assert_same<W: Copy + Into<Value>>(mut pair: [Weights; 2], changes: &[Change<W>]) {
    for change in changes {
        let results: Vec<_> =
            pair.iter_mut().map(|weights| change_weights(weights, change)).collect();
        assert_eq!(results[0], results[1]);
        assert_eq!(pair[0], pair[1]);
    }
    assert_eq!(draws_of(&pair[0]), draws_of(&pair[1]));
    let batches = pair.each_ref().map(|weights| {
        let mut indices = [0; 30];
        weights.choices(&mut counted(2), &mut indices).map(|()| indices)
    });
    assert_eq!(batches[0], batches[1]);
}

/// A chi-square whose tail beyond 4 sigma is below 1e-4, with the seed fixed.
fn assert_fits(weights: &Weights, probabilities: &[f64]) {
    const DRAWS: usize = 200_000;
    let mut indices = vec![0; DRAWS];
    weights.choices(&mut Generator::from_integer(2020), &mut indices).unwrap();
    let mut counts = vec![0.0; probabilities.len()];
    for index in indices {
        counts[index as usize] += 1.0;
    }
    let mut square = 0.0;
    let mut freedom: f64 = -1.0;
    for (count, probability) in counts.iter().zip(probabilities) {
        let expected = probability * DRAWS as f64;
        if expected == 0.0 {
            assert_eq!(*count, 0.0);
        } else {
            square += (count - expected).powi(2) / expected;
            freedom += 1.0;
        }
    }
    assert!((square - freedom).abs() < 4.0 * (2.0 * freedom).sqrt(), "{square} of {freedom}");
}

#[test]
fn floats_of_any_magnitude_are_drawn_in_proportion() {
    let shares: Vec<f64> = (0..100).map(|index| f64::from(index * 7919 % 13)).collect();
    let sum: f64 = shares.iter().sum();
    let probabilities: Vec<f64> = shares.iter().map(|share| share / sum).collect();
    for unit in [1.0, 1e-300, 5e-324, 1e307] {
        let list: Vec<f64> = shares.iter().map(|share| share * unit).collect();
        assert_fits(&Weights::new(&list).unwrap(), &probabilities);
    }
}

#[test]
fn floats_go_to_a_scale_and_come_back_with_no_trace() {
    let mut weights = Weights::new(&[0.0; 40]).unwrap();
    let mut list = vec![0.0; 40];
    for (index, weight) in
        [(3, 5e-324), (20, 1e-310), (3, f64::MAX), (39, f64::MAX), (0, 1.0), (3, 0.0), (39, 2.0)]
    {
        weights.set(index, weight).unwrap();
        list[index] = weight;
        assert_eq!(weights, Weights::new(&list).unwrap());
    }
    assert_eq!(weights.total(), Value::Float(3.0));
}

#[test]
fn the_sum_of_floats_may_overflow() {
    let weights = Weights::new(&[f64::MAX, f64::MAX]).unwrap();
    assert_eq!(weights.total(), Value::Float(f64::INFINITY));
    assert_fits(&weights, &[0.5, 0.5]);
}

#[test]
fn a_float_makes_integers_floats() {
    let mut weights = Weights::new(&[1, 2, 3]).unwrap();
    weights.set(1, 0.5).unwrap();
    assert_eq!(weights, Weights::new(&[1.0, 0.5, 3.0]).unwrap());
    assert_ne!(Weights::new(&[1]).unwrap(), Weights::new(&[1.0]).unwrap());
    weights.set(1, 7).unwrap();
    assert_eq!(weights.get(1), Some(Value::Float(7.0)));

    // Of no weights, none is a float.
    assert_eq!(Weights::new::<f64>(&[]).unwrap(), Weights::new::<u8>(&[]).unwrap());

    let mut weights = Weights::new(&[1, 2]).unwrap();
    weights.append(0.25).unwrap();
    assert_eq!(weights, Weights::new(&[1.0, 2.0, 0.25]).unwrap());

    let mut weights = Weights::new(&[1, 2]).unwrap();
    weights.update(&[1, 1, 0], &[Value::Integer(4), Value::Float(1.5), Value::Integer(9)]).unwrap();
    assert_eq!(weights, Weights::new(&[9.0, 1.5]).unwrap());
}

#[test]
fn what_is_refused_is_told_with_its_index_and_changes_nothing() {
    let mut weights = Weights::new(&[1, 2, u64::MAX]).unwrap();
    let negative = |index| Error::Draw(draw::Error::Negative { index, weight: "-1".into() });
    let too_large = |index| Error::Draw(draw::Error::SumTooLarge { index });
    assert_eq!(Weights::new(&[3, -1]).err(), Some(negative(1)));
    assert_eq!(Weights::new(&[3, u128::MAX - 3, 1]).err(), Some(too_large(2)));
    assert_eq!(
        Weights::new(&[1.0, f64::NAN]).err(),
        Some(Error::Draw(draw::Error::NotANumber { index: 1 }))
    );
    let outside = Error::Index { index: 3, len: 3 };
    assert_eq!(weights.set(3, 1), Err(outside.clone()));
    assert_eq!(weights.set(2, -1), Err(negative(2)));
    assert_eq!(weights.set(1, u128::MAX - 9), Err(too_large(1)));
    assert_eq!(weights.append(-1), Err(negative(3)));
    assert_eq!(weights.append(u128::MAX - 9), Err(too_large(3)));
    assert_eq!(weights.update(&[0, 1], &[5, -1]), Err(negative(1)));
    assert_eq!(weights.update(&[0, 3], &[5, 5]), Err(outside));
    assert_eq!(weights.update(&[0], &[5, 5]), Err(Error::Lengths { indices: 1, weights: 2 }));
    assert_eq!(weights.update(&[0, 1], &[5, u128::MAX - 9]), Err(too_large(1)));
    assert_eq!(
        weights.update(&[0, 1], &[Value::Integer(5), Value::Float(f64::INFINITY)]),
        Err(Error::Draw(draw::Error::Infinite { index: 1 }))
    );
    assert_eq!(weights, Weights::new(&[1, 2, u64::MAX]).unwrap());

    let mut words = counted(1);
    assert_eq!(
        Weights::new(&[0, 5, 0, 1]).unwrap().sample(&mut words, &mut [0; 3]),
        Err(Error::TooFewPositive { wanted: 3, positive: 2 })
    );
    let all_zero = Error::Draw(draw::Error::AllZero { count: 2 });
    assert_eq!(Weights::new(&[0.0; 2]).unwrap().choose(&mut words), Err(all_zero.clone()));
    assert_eq!(Weights::new(&[0; 2]).unwrap().choices(&mut words, &mut [0]), Err(all_zero));
    let empty = Error::Draw(draw::Error::Empty);
    assert_eq!(Weights::new::<u8>(&[]).unwrap().choose(&mut words), Err(empty));
    assert_eq!(words.1, 0);
}

#[test]
fn appending_one_after_another_gives_the_state_of_new_ones() {
    let list: Vec<u64> = (0..4200).map(|index| index * 7919 % 13).collect();
    let floats: Vec<f64> = list.iter().map(|&weight| weight as f64 * 0.1).collect();
    let mut grown = [Weights::new::<u64>(&[]).unwrap(), Weights::new::<f64>(&[]).unwrap()];
    for len in 1..=list.len() {
        grown[0].append(list[len - 1]).unwrap();
        grown[1].append(floats[len - 1]).unwrap();
        // Where a leaf or a level begins.
        if len % 16 < 2 {
            assert_eq!(grown[0], Weights::new(&list[..len]).unwrap());
            assert_eq!(grown[1], Weights::new(&floats[..len]).unwrap());
        }
    }
}

#[test]
fn of_the_zeros_of_floats_only_the_positive_one_is_kept() {
    let mut weights = Weights::new(&[-0.0]).unwrap();
    weights.append(-0.0).unwrap();
    for value in weights.iter() {
        let Value::Float(float) = value else { panic!("an integer") };
        assert_eq!(float.to_bits(), 0);
    }
}

#[test]
fn integers_pass_the_bound_of_their_narrow_form_in_any_way() {
    let bound = 1u64 << 63;
    for large in [bound - 2, bound - 1, bound, u64::MAX - 1, u64::MAX] {
        let expected = Weights::new(&[large, 1]).unwrap();
        let mut set = Weights::new(&[3u64, 1]).unwrap();
        set.set(0, large).unwrap();
        assert_eq!(set, expected);
        let mut updated = Weights::new(&[3u64, 3]).unwrap();
        updated.update(&[0, 1], &[large, 1]).unwrap();
        assert_eq!(updated, expected);
        let mut appended = Weights::new(&[large]).unwrap();
        appended.append(1).unwrap();
        assert_eq!(appended, expected);
        for weights in [&mut set, &mut updated, &mut appended] {
            weights.set(0, 3).unwrap();
            assert_eq!(weights, &Weights::new(&[3u64, 1]).unwrap());
        }
    }
}

#[test]
fn many_weights_may_pass_the_largest_sum_on_the_way() {
    let mut weights = Weights::new(&[u128::MAX - 1, 1]).unwrap();
    weights.update(&[1, 0], &[u128::MAX - 1, 1]).unwrap();
    assert_eq!(weights, Weights::new(&[1, u128::MAX - 1]).unwrap());
    weights.update(&[1, 1, 1], &[3, u128::MAX, 5]).unwrap();
    assert_eq!(weights, Weights::new(&[1, 5]).unwrap());
}

#[test]
fn integers_take_up_to_nine_bytes_each_and_large_ones_eighteen() {
    for count in [1000, 12_345] {
        assert!(Weights::new(&vec![5; count]).unwrap().bytes() <= 9 * count);
        assert!(Weights::new(&vec![1u64 << 63; count]).unwrap().bytes() <= 18 * count);
        assert!(Weights::new(&vec![0.5; count]).unwrap().bytes() <= 10 * count);
    }
}

#[test]
fn ten_million_changes_leave_no_trace() {
    let mut generator = Generator::from_integer(1);
    let mut weights = Weights::new(&[1.0; 1000]).unwrap();
    let mut list = vec![1.0; 1000];
    for _ in 0..10_000_000 {
        let word = generator.word();
        let (index, weight) =
            (word as usize % 1000, (word >> 11) as f64 * 0.7f64.powi(word as i32 % 64));
        weights.set(index, weight).unwrap();
        list[index] = weight;
    }
    assert_eq!(weights, Weights::new(&list).unwrap());
}
