"""What the peers' timings of training share: ids as sft_bench.cpp makes them, and the median of five steps."""
import statistics
import time

STEPS = 5


def row(number, length, vocabulary):
    return [20 + (number * 7919 + t * 10473) % (vocabulary - 20) for t in range(length)]


def measure(step):
    """`step(i)` returns its tokens; the first call sets things up. Mean seconds and median tokens per second."""
    seconds, rates = [], []
    for index in range(STEPS + 1):
        start = time.perf_counter()
        tokens = step(index)
        took = time.perf_counter() - start
        if index > 0:
            seconds.append(took)
            rates.append(tokens / took)
    return statistics.mean(seconds), statistics.median(rates)
