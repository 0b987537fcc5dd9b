//! The article's own way to export, `py_fn!`: works up to Python 3.13, crashes from 3.14 on.

use cpython::{py_fn, py_module_initializer, PyResult, Python};
use rand::distributions::{Distribution, WeightedIndex};
use rand::thread_rng;

py_module_initializer!(urn_py_fn, |py, module| {
    module.add(py, "draw", py_fn!(py, draw(weights: Vec<i32>)))
});

fn draw(_: Python, weights: Vec<i32>) -> PyResult<usize> {
    Ok(WeightedIndex::new(&weights).unwrap().sample(&mut thread_rng()))
}
