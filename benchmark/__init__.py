"""The article's comparison: the trainer with numpy's draw against the same trainer with Rust's.

`__main__` is the command line and the plan of what is measured; `trainings`, `draws`, `matches`,
`learning` and `flamecharts` measure one thing each, in processes of their own (`processes`) on a
`machine`; `results` are what they give; `summary` computes with them, `report` shows them.
"""
