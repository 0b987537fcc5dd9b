"""The article's comparison: the trainer with numpy's draw against the same trainer with Rust's.

`options` reads the command line; `steps` runs the measurements (`trainings`, `draws`, `tables`,
`weights` of `peers`, `matches`, `learning`, `flamecharts`), each in its own process (`processes`,
`worker`); they return `results`, from which `summary` computes the tables, in `figures`, and
`report` renders the page of its `sections`, with `plots` and with `pictures` that README shows too;
`output` keeps and prints them. `programs` is a second benchmark, of programs from elsewhere, and
`rules` a study of learning rules.
"""
