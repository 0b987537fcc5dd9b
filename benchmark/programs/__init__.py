"""Programs from PyPI whose weighted draw is replaced by `choose`, in memory: how much faster the
call becomes, and how much the whole program. `python -m benchmark.programs --help` lists the
options.

`libraries` has the programs, `swap` what each of them is and how its draw is replaced; `measure`
times one in a process of its own, `agreement` holds the draws of both functions together; they
return `results`, which has the table too.
"""
