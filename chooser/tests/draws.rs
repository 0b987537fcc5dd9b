//! The draw against what is known of it: every raw word enumerated, `rand`'s own `WeightedIndex`,
//! exact arithmetic, and the words of a Python model of the stream.

use chooser::below::{below, Word};
use chooser::draw::{choose, index_by_sums, Error};
use chooser::generator::{Generator, Words};
use proptest::prelude::*;
use rand::distributions::{Distribution, WeightedIndex};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

/// Draws with every word of `$word` as the first, and checks that the words accepted map to the
/// indices exactly in proportion to the weights, and that no more are rejected than must be.
macro_rules! assert_words_map_in_proportion {
    ($word:ty, $weights:expr) => {{
        let weights: &[$word] = &$weights;
        let sums: Vec<$word> = weights
            .iter()
            .scan(0, |sum, weight| {
                *sum += weight;
                Some(*sum)
            })
            .collect();
        let total = u32::from(*sums.last().unwrap());
        let words = u32::from(<$word>::MAX) + 1;
        let mut counts = vec![0; weights.len()];
        let mut rejected = 0;
        for word in 0..=<$word>::MAX {
            let mut asked = 0;
            let index = index_by_sums(&sums, || {
                asked += 1;
                // The highest word is never rejected.
                [word, <$word>::MAX][asked - 1]
            });
            match asked {
                1 => counts[index] += 1,
                _ => rejected += 1,
            }
        }
        assert_eq!(rejected, words % total, "{weights:?}");
        for (count, &weight) in counts.into_iter().zip(weights) {
            assert_eq!(count, words / total * u32::from(weight), "{weights:?}");
        }
    }};
}

#[test]
fn every_word_of_8_bits_maps_to_an_index_exactly_in_proportion() {
    for total in 1..=255 {
        assert_words_map_in_proportion!(u8, [total]);
        assert_words_map_in_proportion!(u8, [total / 3, 0, total - total / 3]);
    }
    assert_words_map_in_proportion!(u8, [6, 3, 0, 12, 6, 1, 0, 9, 6]);
    assert_words_map_in_proportion!(u8, [0, 128, 127, 0]);
    assert_words_map_in_proportion!(u8, [1; 255]);
}

#[test]
fn every_word_of_16_bits_maps_to_an_index_exactly_in_proportion() {
    assert_words_map_in_proportion!(u16, [6, 3, 0, 12, 6, 1, 0, 9, 6]);
    assert_words_map_in_proportion!(u16, [1, 65_534]);
    assert_words_map_in_proportion!(u16, [40_000, 0, 1, 25_000]);
    assert_words_map_in_proportion!(u16, [7; 9]);
}

/// a·b modulo the prime 2^61 − 1, for which 2^128 is 2^6.
fn product_modulo(a: u128, b: u128) -> u128 {
    const PRIME: u128 = (1 << 61) - 1;
    (a % PRIME) * (b % PRIME) % PRIME
}

proptest! {
    #[test]
    fn a_full_product_of_128_bits_is_right(a: u128, b: u128) {
        let (upper, lower) = a.full_product(b);
        prop_assert_eq!(lower, a.wrapping_mul(b));
        let sum = product_modulo(upper, 1 << 6) + product_modulo(lower, 1);
        prop_assert_eq!(product_modulo(sum, 1), product_modulo(a, b));
    }

    #[test]
    fn a_bounded_integer_is_the_word_times_the_bound_over_2_to_the_64th(
        word: u64,
        bound in 1u64..,
    ) {
        let low = u128::from(word) * u128::from(bound) % (1 << 64);
        // Lemire's rule: the words whose product has so low a lower half are one too many.
        let rejected = low < (1 << 64) % u128::from(bound);
        let mut words = vec![u64::MAX, word];
        let drawn = below(bound, || words.pop().unwrap());
        let word = if rejected { u64::MAX } else { word };
        prop_assert_eq!(words.len(), usize::from(!rejected));
        prop_assert_eq!(u128::from(drawn), (u128::from(word) * u128::from(bound)) >> 64);
    }

    #[test]
    fn the_same_integers_draw_the_same_in_every_type(
        weights in prop::collection::vec(0u8..128, 1..80),
        seed: i128,
    ) {
        prop_assume!(weights.iter().any(|&weight| weight > 0));
        let mut drawn = Vec::new();
        macro_rules! draw_as {
            ($($type:ty)*) => {$(
                let converted: Vec<$type> = weights.iter().map(|&weight| weight as $type).collect();
                let mut generator = Generator::from_integer(seed);
                drawn.push((choose(&converted, &mut generator), generator.word()));
            )*};
        }
        draw_as!(u8 u16 u32 u64 u128 i8 i16 i32 i64);
        prop_assert!(drawn.windows(2).all(|pair| pair[0] == pair[1]), "{:?}", drawn);
    }

    #[test]
    fn integers_of_any_size_draw_as_exact_arithmetic_says(
        weights in prop::collection::vec(
            prop_oneof![
                Just(0),
                0u128..10,
                any::<u64>().prop_map(u128::from),
                0u128..1 << 120,
            ],
            1..60,
        ),
        seed: i128,
    ) {
        let total: u128 = weights.iter().sum();
        prop_assume!(total > 0);
        let mut words = Generator::from_integer(seed);
        let point = match u64::try_from(total) {
            Ok(total) => u128::from(below(total, || words.word())),
            Err(_) => below(total, || u128::from(words.word()) << 64 | u128::from(words.word())),
        };
        let mut sum = 0;
        let expected = weights.iter().position(|weight| {
            sum += weight;
            sum > point
        });
        let mut generator = Generator::from_integer(seed);
        prop_assert_eq!(choose(&weights, &mut generator).ok(), expected);
        prop_assert_eq!(generator.word(), words.word(), "as many words were used");
    }

    #[test]
    fn floats_draw_an_index_that_has_a_share(
        weights in prop::collection::vec(
            prop_oneof![Just(0.0), 0.0..1.0, 0.0..f64::MAX, 0.0..1e-310],
            1..80,
        ),
        seed: i128,
    ) {
        let index = choose(&weights, &mut Generator::from_integer(seed));
        match weights.iter().any(|&weight| weight > 0.0) {
            true => prop_assert!(weights[index.unwrap()] > 0.0),
            false => prop_assert_eq!(index, Err(Error::AllZero { count: weights.len() })),
        }
    }

    #[test]
    fn whole_floats_draw_like_their_exact_shares(
        weights in prop::collection::vec(0u32..1000, 1..80),
        seed: i128,
    ) {
        let total: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
        prop_assume!(total > 0);
        // Sums of integers so small are exact in f64.
        let unit = u128::from(Generator::from_integer(seed).word() >> 11);
        let mut sum = 0u128;
        let expected = weights.iter().position(|&weight| {
            sum += u128::from(weight);
            sum << 53 > unit * u128::from(total)
        });
        let floats: Vec<f32> = weights.iter().map(|&weight| weight as f32).collect();
        let drawn = choose(&floats, &mut Generator::from_integer(seed)).ok();
        prop_assert_eq!(drawn, expected);
    }
}

#[test]
fn the_first_weight_that_cannot_be_one_is_the_error() {
    let mut generator = Generator::from_integer(1);
    let mut error = |weights: &[f64]| choose(weights, &mut generator).unwrap_err().to_string();
    assert_eq!(error(&[1.0, f64::NAN, -1.0]), "weights[1] is nan: a weight must be a number");
    assert_eq!(error(&[-0.5, f64::NAN]), "weights[0] is -0.5: a weight must not be negative");
    assert_eq!(error(&[1.0, f64::INFINITY]), "weights[1] is inf: a weight must be finite");
    assert_eq!(error(&[f64::NEG_INFINITY]), "weights[0] is -inf: a weight must not be negative");
    assert_eq!(
        error(&[0.0; 20]),
        "the weights are all 0 (length 20): at least one must be positive"
    );
    let mut error = |weights: &[i64]| choose(weights, &mut generator).unwrap_err();
    assert_eq!(error(&[]), Error::Empty);
    assert_eq!(error(&[0; 9]), Error::AllZero { count: 9 });
    assert_eq!(error(&[3, -2, -1]), Error::Negative { index: 1, weight: "-2".into() });
    assert_eq!(error(&[i64::MIN, 1]), Error::Negative { index: 0, weight: i64::MIN.to_string() });
    let mut long = vec![1; 100];
    long[77] = -9;
    assert_eq!(error(&long), Error::Negative { index: 77, weight: "-9".into() });
    let sum = choose(&[1, u128::MAX - 1, 1], &mut generator);
    assert_eq!(sum, Err(Error::SumTooLarge { index: 2 }));
}

#[test]
fn a_refused_draw_uses_up_no_word() {
    let mut generator = Generator::from_integer(1);
    choose(&[-1], &mut generator).unwrap_err();
    choose(&[f64::NAN; 50], &mut generator).unwrap_err();
    choose(&[u128::MAX, 1], &mut generator).unwrap_err();
    assert_eq!(generator.word(), Generator::from_integer(1).word());
}

#[test]
fn sums_beyond_the_finite_and_below_the_normal_floats_keep_their_shares() {
    let mut generator = Generator::from_integer(7);
    let smallest = f64::from_bits(1);
    for weights in [[f64::MAX, f64::MAX, 0.0, f64::MAX], [smallest, smallest, 0.0, smallest]] {
        let mut counts = [0u32; 4];
        for _ in 0..30_000 {
            counts[choose(&weights, &mut generator).unwrap()] += 1;
        }
        assert_eq!(counts[2], 0);
        assert_fits(&counts, &[1.0, 1.0, 0.0, 1.0]);
    }
}

/// The words and draws of a model in Python: SHA-256 from its standard library, PCG by its
/// published constants.
#[test]
fn a_seed_gives_the_same_words_and_draws_in_every_release() {
    let first_words = |generator: &mut Generator| [generator.word(), generator.word()];
    for (seed, words) in [
        (0, [0xbcf9ed8587ef58d8, 0xe8584a0f21fe2176]),
        (1, [0x7192fd3e6aec5870, 0xd76900d0ae29f559]),
        (2, [0x283dfae924f752a1, 0x28102b6fbe7a18f1]),
        (3, [0xa150c80a0155ce9e, 0x49e16baf24574278]),
        (-1, [0x9727054566e65c53, 0x80f8765bf241416c]),
        (i128::MAX, [0x1d7aaccc2c3a1d88, 0x828b41bff45c50ce]),
        (i128::MIN, [0x4f6ac2e481a890ad, 0x93f9513f78274ba3]),
    ] {
        assert_eq!(first_words(&mut Generator::from_integer(seed)), words, "seed {seed}");
    }
    let beyond = format!("-1{}", "0".repeat(50)); // -2^200
    let words = first_words(&mut Generator::from_hexadecimal(&beyond));
    assert_eq!(words, [0xe86589f697857534, 0x27525b1fb6c9bd35]);

    let mut generator = Generator::from_integer(2020);
    let draws: Vec<usize> =
        (0..20).map(|_| choose(&[6, 3, 0, 12, 6, 1, 0, 9, 6], &mut generator).unwrap()).collect();
    assert_eq!(draws, [7, 4, 7, 0, 8, 4, 0, 3, 8, 7, 3, 1, 4, 0, 0, 0, 3, 4, 4, 3]);
}

/// Holds counts against shares by chi-square, at a bound that one in a million right draws exceeds;
/// the seeds are fixed, so that this does not happen by chance.
fn assert_fits(counts: &[u32], shares: &[f64]) {
    let draws: f64 = counts.iter().map(|&count| f64::from(count)).sum();
    let whole: f64 = shares.iter().sum();
    let used = counts.iter().zip(shares).filter(|(_, &share)| share > 0.0);
    let terms: Vec<f64> = used
        .map(|(&count, &share)| {
            let expected = draws * share / whole;
            (f64::from(count) - expected).powi(2) / expected
        })
        .collect();
    let freedom = terms.len() as f64 - 1.0;
    // Wilson and Hilferty's approximation of chi-square's quantile, 4.75 standard deviations out.
    let spread = 2.0 / (9.0 * freedom);
    let bound = freedom * (1.0 - spread + 4.75 * spread.sqrt()).powi(3);
    let chi_square: f64 = terms.iter().sum();
    assert!(chi_square < bound, "chi-square {chi_square} of {freedom} degrees, bound {bound}");
}

#[test]
fn draws_are_distributed_as_the_weights_and_as_those_of_weighted_index() {
    let skewed = [1_000_000_000i64, 1, 0, 500_000_000, 250_000_000, 3_000_000];
    let long: Vec<i64> = (0..1000).map(|index| index * 37 % 101).collect();
    for weights in [&[6, 3, 0, 12, 6, 1, 0, 9, 6][..], &[1, 1], &skewed, &long] {
        let floats: Vec<f64> = weights.iter().map(|&weight| weight as f64).collect();
        let mut generator = Generator::from_integer(2020);
        let mut rng = Pcg64Mcg::seed_from_u64(2020);
        let theirs = WeightedIndex::new(weights).unwrap();
        let mut counts = vec![[0; 3]; weights.len()];
        for _ in 0..200_000 {
            counts[choose(weights, &mut generator).unwrap()][0] += 1;
            counts[choose(&floats, &mut generator).unwrap()][1] += 1;
            counts[theirs.sample(&mut rng)][2] += 1;
        }
        // Chi-square wants a few draws at least where it looks.
        let (common, rare): (Vec<usize>, Vec<usize>) =
            (0..weights.len()).partition(|&index| weights[index] >= 100 || weights.len() > 6);
        let common: Vec<usize> = if weights == skewed { common } else { [common, rare].concat() };
        for way in 0..3 {
            let seen: Vec<u32> = common.iter().map(|&index| counts[index][way]).collect();
            let shares: Vec<f64> = common.iter().map(|&index| floats[index]).collect();
            assert_fits(&seen, &shares);
            assert!(counts.iter().zip(weights).all(|(seen, &weight)| weight > 0 || seen[way] == 0));
        }
    }
}
