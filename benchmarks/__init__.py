"""porter beside its peers, how its time and memory grow, and the counts that docs/proof.md shows.

`python -m benchmarks --help` lists the commands; each prints its own figures.
"""
