//! One draw in plain Rust, from few to many weights; `rand`'s own `WeightedIndex` beside it, which
//! is rebuilt for each draw, as in the article.

use chooser::draw::choose;
use chooser::generator::Generator;
use criterion::{black_box, criterion_group, criterion_main, BenchmarkId, Criterion};
use rand::distributions::{Distribution, WeightedIndex};
use rand::thread_rng;

fn draws(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("draw");
    for count in [9, 100, 10_000] {
        let integers: Vec<i64> = (0..count).map(|index| index * 7919 % 13).collect();
        let floats: Vec<f64> = integers.iter().map(|&weight| weight as f64).collect();
        let mut generator = Generator::from_integer(1);
        group.bench_with_input(BenchmarkId::new("i64", count), &integers, |bencher, weights| {
            bencher.iter(|| choose(black_box(weights), &mut generator));
        });
        group.bench_with_input(BenchmarkId::new("f64", count), &floats, |bencher, weights| {
            bencher.iter(|| choose(black_box(weights), &mut generator));
        });
        let mut rng = thread_rng();
        group.bench_with_input(BenchmarkId::new("rand", count), &integers, |bencher, weights| {
            bencher.iter(|| WeightedIndex::new(black_box(weights)).unwrap().sample(&mut rng));
        });
    }
    group.finish();
}

criterion_group!(benches, draws);
criterion_main!(benches);
