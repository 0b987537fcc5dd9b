"""The article's comparison: the trainer with numpy's draw against the same trainer with Rust's.

`options` reads the command line; `steps` runs the `measurements`, each in a process of its own
(`processes`, `worker`); they return `results`, from which `summary` computes the tables, in
`figures`, and `report` makes a page. `output` keeps and prints them, and `machine` says what they
were measured on. `programs` is a second benchmark, of programs from elsewhere, and `rules` a study
of learning rules.
"""
