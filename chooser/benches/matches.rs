//! Whole matches in plain Rust, and what packing and writing back the tables costs.

use chooser::generator::Generator;
use chooser::tictactoe::board::{Player, State};
use chooser::tictactoe::matches::Matches;
use chooser::tictactoe::rule::Rule;
use chooser::tictactoe::table::Row;
use criterion::{criterion_group, criterion_main, BatchSize, BenchmarkId, Criterion, Throughput};

fn new_brain() -> Vec<Row> {
    let open_cells = |state: State| state.cells().map(|cell| if cell == 0 { 6 } else { 0 });
    State::all().map(open_cells).collect()
}

fn matches(criterion: &mut Criterion) {
    let brain = new_brain();
    let packed = |count| Matches::new([&brain, &brain], Rule::ORIGINAL, count).unwrap();

    let mut group = criterion.benchmark_group("matches");
    group.sample_size(20);
    for count in [100_000, 1_000_000] {
        group.throughput(Throughput::Elements(count));
        group.bench_function(BenchmarkId::new("play", count), |bencher| {
            bencher.iter_batched_ref(
                || (packed(count), Generator::from_integer(1)),
                |(matches, generator)| matches.play(generator),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();

    criterion.bench_function("check, pack and write back", |bencher| {
        let mut table = new_brain();
        bencher.iter(|| {
            let matches = packed(100_000);
            matches.write_back(Player::One, &mut table);
            matches.write_back(Player::Two, &mut table);
        });
    });
}

criterion_group!(benches, matches);
criterion_main!(benches);
