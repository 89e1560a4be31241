"""Mounts, in a host's namespace, a file system that never answers: like one whose server has died.

Usage: hanging-mount.py PID FOLDER. It hangs until this program is killed.
"""
import ctypes
import os
import signal
import sys

CLONE_NEWNS = 0x20000
libc = ctypes.CDLL(None, use_errno=True)


def must(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


pid, folder = sys.argv[1:]
fuse = os.open("/dev/fuse", os.O_RDWR)
namespace = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
must(libc.setns(namespace, CLONE_NEWNS))
os.makedirs(folder, exist_ok=True)
options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0,allow_other"
# Nobody reads what the kernel asks over `fuse`, so every question waits.
must(libc.mount(b"hang", folder.encode(), b"fuse.sshfs", 0, options.encode()))
print("mounted", flush=True)
signal.pause()
