//! Weights where memory runs out: the allocator refuses what is beyond a limit.

use std::alloc::System;

use cap::Cap;
use chooser::draw::value::{Item, Value};
use chooser::generator::Words;
use chooser::weights::{Error, Weights};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Tries `change` on copies of `weights` with ever more memory, until it succeeds; before, it must
/// fail in words and change nothing. Returns how often it failed.
fn try_with_little_memory<T>(
    weights: &Weights,
    change: impl Fn(&mut Weights) -> Result<T, Error>,
) -> usize {
    for failures in 0.. {
        let mut copy = weights.try_clone().unwrap();
        ALLOCATOR.set_limit(ALLOCATOR.allocated() + 128 * failures).unwrap();
        let changed = change(&mut copy);
        ALLOCATOR.set_limit(usize::MAX).unwrap();
        match changed {
            Ok(_) => return failures,
            Err(error) => assert_eq!(error, Error::Memory),
        }
        assert_eq!(&copy, weights);
    }
    unreachable!("there is memory for little")
}

fn new<W: Item>(weights: &[W]) -> Weights {
    Weights::new(weights).unwrap()
}

#[test]
fn where_memory_runs_out_there_is_an_error_and_nothing_is_changed() {
    let large = Value::Integer(1 << 64);
    let (integers, floats) = (new(&[1; 256]), new(&[0.5; 256]));
    let mut wide = new(&[1; 256]);
    wide.set(0, large).unwrap();

    let build = |_: &mut Weights| Weights::new(&[1; 1000]);
    assert!(try_with_little_memory(&integers, build) > 1);
    let build = |_: &mut Weights| Weights::new(&[1u128 << 90; 1000]);
    assert!(try_with_little_memory(&integers, build) > 1);
    let build = |_: &mut Weights| Weights::new(&[0.5; 1000]);
    assert!(try_with_little_memory(&integers, build) > 1);

    // Each takes another form: wide, narrow, floats.
    assert!(try_with_little_memory(&integers, |weights| weights.set(0, large)) > 1);
    assert!(try_with_little_memory(&wide, |weights| weights.set(0, 7)) > 1);
    assert!(try_with_little_memory(&integers, |weights| weights.set(0, 0.5)) > 1);
    assert!(try_with_little_memory(&wide, |weights| weights.append(0.5)) > 1);
    let many = [Value::Integer(3), large, Value::Integer(5)];
    assert!(try_with_little_memory(&integers, |weights| weights.update(&[0, 1, 2], &many)) > 1);
    assert!(try_with_little_memory(&wide, |weights| weights.update(&[9, 0], &[5, 5])) > 1);
    assert!(try_with_little_memory(&wide, |weights| weights.update(&[9, 0], &[5.0, 5.0])) > 1);

    // Each takes a new leaf, and new nodes up to the root.
    for weights in [&integers, &wide, &floats] {
        assert!(try_with_little_memory(weights, |weights| weights.append(0)) > 1);
        assert!(try_with_little_memory(weights, |weights| weights.try_clone()) > 1);
    }

    // Few drawn weights are noted, many are drawn from a copy.
    for weights in [&integers, &wide, &floats] {
        let few = |weights: &mut Weights| sample::<10>(weights);
        assert!(try_with_little_memory(weights, few) > 0);
        let many = |weights: &mut Weights| sample::<200>(weights);
        assert!(try_with_little_memory(weights, many) > 1);
    }
}

fn sample<const COUNT: usize>(weights: &mut Weights) -> Result<(), Error> {
    weights.sample(&mut Highest, &mut [0; COUNT])
}

/// A source that, unlike a seed, takes no memory.
struct Highest;

impl Words for Highest {
    fn word(&mut self) -> u64 {
        u64::MAX
    }
}
