//! Why `total` comes before `WeightedIndex`.

use rand::distributions::WeightedIndex;

#[test]
#[should_panic(expected = "Uniform::new called with")]
fn weighted_index_panics_where_the_sum_is_infinite() {
    let _ = WeightedIndex::new([1.0, f64::INFINITY]);
}

#[test]
#[should_panic(expected = "Uniform::new called with")]
fn weighted_index_panics_where_the_sum_is_nan() {
    let _ = WeightedIndex::new([1.0, f64::NAN]);
}
