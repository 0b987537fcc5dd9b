//! Weights that stay and change: draws, changes, both in turn, draws of a batch, draws without
//! replacement, and building; from few weights to many, in each form.

use std::time::Duration;

use chooser::draw::value::Item;
use chooser::generator::{Generator, Words};
use chooser::weights::Weights;
use criterion::{
    black_box, criterion_group, criterion_main, BatchSize, BenchmarkId, Criterion, Throughput,
};

fn weights(criterion: &mut Criterion) {
    // None is 0: what is never drawn would not change again.
    let integers = |index: u64| 1 + index * 7919 % 1000;
    form(criterion, "narrow", integers);
    form(criterion, "wide", |index| u128::from(integers(index)) << 64);
    form(criterion, "floats", |index| integers(index) as f64 * 0.001);
}

fn form<W: Item>(criterion: &mut Criterion, form: &str, weight: impl Fn(u64) -> W) {
    let mut group = criterion.benchmark_group(form);
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_millis(700));
    for count in [9, 1000, 100_000, 1_000_000, 10_000_000] {
        let list: Vec<W> = (0..count).map(&weight).collect();
        let changes: Vec<W> = (0..1024).map(|index| weight(index * 31 + 7)).collect();
        let mut weights = Weights::new(&list).unwrap();
        let mut generator = Generator::from_integer(1);
        let id = |name| BenchmarkId::new(name, count);

        group.bench_function(id("draw"), |bencher| {
            bencher.iter(|| weights.choose(&mut generator));
        });
        let mut turn = 0;
        let mut change = |generator: &mut Generator, weights: &mut Weights, index| {
            turn += 1;
            let index = index % count as usize;
            black_box(generator);
            weights.set(index, changes[turn % 1024])
        };
        group.bench_function(id("update"), |bencher| {
            bencher.iter(|| {
                let index = generator.word() as usize >> 1;
                change(&mut generator, &mut weights, index)
            });
        });
        group.bench_function(id("both"), |bencher| {
            bencher.iter(|| {
                let index = weights.choose(&mut generator).unwrap();
                change(&mut generator, &mut weights, index)
            });
        });
        let mut indices = vec![0; 4000];
        group.throughput(Throughput::Elements(4000));
        group.bench_function(id("batch of 4000"), |bencher| {
            bencher.iter(|| weights.choices(&mut generator, &mut indices));
        });
        if count >= 1000 {
            indices.truncate(count as usize);
            group.throughput(Throughput::Elements(indices.len() as u64));
            group.bench_function(id("sample"), |bencher| {
                bencher.iter(|| weights.sample(&mut generator, &mut indices));
            });
        }
        group.throughput(Throughput::Elements(count));
        group.bench_function(id("build"), |bencher| {
            bencher.iter_batched(|| (), |()| Weights::new(&list), BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group!(benches, weights);
criterion_main!(benches);
