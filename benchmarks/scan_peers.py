from benchmarks.result import Table
def measure_peers(world): return Table("x",(),())
