//! What may run Python code or take the GIL is called through `capi/calls.rs` alone: as declared by
//! the binding, such a function counts as one that cannot unwind, everywhere.

use std::fs;
use std::path::Path;

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read_to_string(path).unwrap()));
        }
    }
}

#[test]
fn nothing_else_names_the_functions_that_may_run_python_code() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let (calls, others): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(path, _)| path.ends_with("calls.rs"));
    let declared = calls[0].1.split("\ncalls! {").nth(1).unwrap();
    let names: Vec<&str> = declared
        .lines()
        .filter_map(|line| line.trim().strip_prefix("fn ")?.split('(').next())
        .collect();
    assert!(names.contains(&"Py_DecRef") && names.contains(&"PyEval_RestoreThread"));
    for (path, text) in others {
        for name in &names {
            let named: Vec<_> = text.match_indices(&format!("{name}(")).collect();
            let through = text.match_indices(&format!("calls::{name}(")).count();
            assert_eq!(named.len(), through, "{path} names {name}");
        }
    }
}
