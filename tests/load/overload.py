#!/usr/bin/env python3
"""Asks a running server for far more than it can do, and says what became of it.

    tests/load/overload.py 127.0.0.1:8083 --path /help/calculator --capacity 200 --times 10 --seconds 20

Requests start at a fixed rate, whether or not earlier ones are answered, as a crowd does. What was admitted
must be answered within a second, the rest refused at once, and health must answer all the while. The exit
code is 1 where that does not hold. Only the standard library is needed.
"""

import argparse
import asyncio
import sys
import time


async def ask(host, port, path, timeout):
    """Status and seconds of one request on a connection of its own; status 0 where there was no answer."""
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: load\r\nConnection: close\r\n\r\n".encode())
            line = await reader.readline()
            await reader.read()
            writer.close()
            return int(line.split()[1]), time.perf_counter() - begun
    except (OSError, TimeoutError, IndexError, ValueError):
        return 0, time.perf_counter() - begun


async def at_rate(rate, seconds, request):
    """Starts `rate` requests a second and gives what all of them answered."""
    begun = time.perf_counter()
    tasks = []
    while (passed := time.perf_counter() - begun) < seconds:
        while len(tasks) < rate * passed:
            tasks.append(asyncio.create_task(request()))
        await asyncio.sleep(0.002)
    return await asyncio.gather(*tasks)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--path", default="/")
    parser.add_argument("--capacity", type=float, required=True, help="requests a second that it can do")
    parser.add_argument("--times", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=20)
    wish = parser.parse_args()
    host, port = wish.address.rsplit(":", 1)
    health = asyncio.create_task(at_rate(5, wish.seconds, lambda: ask(host, port, "/livez", 10)))
    answers = await at_rate(wish.capacity * wish.times, wish.seconds, lambda: ask(host, port, wish.path, 30))
    health = await health
    admitted = [took for status, took in answers if 200 <= status < 400]
    refused = [took for status, took in answers if status == 503]
    lost = len(answers) - len(admitted) - len(refused)
    well = sum(1 for status, _ in health if status == 200)
    for name, took in [("admitted", admitted), ("refused", refused)]:
        figures = [f"{percentile(took, share) * 1000:.0f}" for share in (0.5, 0.99, 1.0)]
        print(f"{name}: {len(took)}, p50/p99/max {'/'.join(figures)} ms")
    print(f"neither: {lost}; health answered {well} of {len(health)}, "
          f"p99 {percentile([took for _, took in health], 0.99) * 1000:.0f} ms")
    holds = admitted and percentile(admitted, 0.99) < 1.0 and well == len(health)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
