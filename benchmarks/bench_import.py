"""Import time of the package beside pandas', each in fresh interpreters, alternating.

python benchmarks/bench_import.py [rounds]
"""

import statistics
import subprocess
import sys
import time


def seconds(statement: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def main(rounds: int = 9) -> None:
    bare, ours, pandas = [], [], []
    seconds("import pandas")  # warm the file cache
    for _round in range(rounds):
        bare.append(seconds("pass"))
        ours.append(seconds("import dkbm_monitor"))
        pandas.append(seconds("import pandas"))
    start = statistics.median(bare)
    a, b = statistics.median(ours), statistics.median(pandas)
    print(f"interpreter alone        {start:.3f} s")
    print(f"import dkbm_monitor      {a:.3f} s")
    print(f"import pandas            {b:.3f} s")
    print(f"ratio                    {a / b:.2f} (aim: at most 1.2)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
