"""The article's comparison: the trainer with numpy's draw against the same trainer with Rust's.

`options` say what is wanted; `steps` has it measured by `trainings`, `draws`, `matches`, `learning`
and `flamecharts`, in processes of their own (`processes`, `worker`); `results` are what comes of
it, from which `summary` computes and `report` makes a page.
"""
