"""Holds so many megabytes of memory, swapped out when asked to, until its input ends: memory-pressure.py 512 [out]"""

import mmap
import sys

MADV_PAGEOUT = 21  # linux/mman.h, since Linux 5.4
size = int(sys.argv[1]) * 2**20
memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
# Pages of zeros, or of all the same, would cost nothing.
page = bytes(range(256)) * 16
for at in range(0, size, len(page)):
    memory[at : at + len(page)] = page
if sys.argv[2:] == ["out"]:
    memory.madvise(MADV_PAGEOUT)
print("held", flush=True)
sys.stdin.read()
