#!/usr/bin/env python3
"""Reports this host to a Tocsin hub once, without an agent: Python's standard library is enough.

  TOCSIN_HUB=https://tocsin.example.com TOCSIN_KEY_FILE=/etc/tocsin/key ./report.py [service...]

TOCSIN_KEY holds the key of the host itself, instead of a file. Prints what the hub answers; ends with an
error when nothing was stored.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

TRIES = 4


def lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def cpu_times():
    """user, nice, system, idle, iowait, irq, softirq and steal of all cores since the start."""
    return [int(field) for field in lines("/proc/stat")[0].split()[1:9]]


def cpu(before, after):
    spent = [max(0, b - a) for a, b in zip(before, after)]
    user, nice, system, idle, iowait, irq, softirq, steal = spent
    total = sum(spent) or 1
    load1, load5, load15 = os.getloadavg()
    return {
        "usage": 100 * (total - idle - iowait) / total,
        "user": 100 * (user + nice) / total,
        "system": 100 * (system + irq + softirq) / total,
        "iowait": 100 * iowait / total,
        "steal": 100 * steal / total,
        "load1": load1,
        "load5": load5,
        "load15": load15,
    }


def memory():
    kilobytes = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines("/proc/meminfo"))}
    total, available = 1024 * kilobytes["MemTotal"], 1024 * kilobytes["MemAvailable"]
    swap, free = 1024 * kilobytes["SwapTotal"], 1024 * kilobytes["SwapFree"]
    return {
        "total": total,
        "used": total - available,
        "available": available,
        "swapTotal": swap,
        "swapUsed": swap - free,
    }


def disks():
    """File systems on block devices, and the root."""
    found = {}
    for line in lines("/proc/self/mounts"):
        device, mount = line.split()[:2]
        # The kernel writes spaces in names as \040.
        mount = mount.encode().decode("unicode_escape").encode("latin-1").decode("utf-8", "replace")
        if mount in found or not (device.startswith("/dev/") or mount == "/"):
            continue
        try:
            stat = os.statvfs(mount)
        except OSError:
            continue
        if stat.f_blocks > 0 and os.path.isdir(mount):
            found[mount] = {
                "mount": mount,
                "size": stat.f_blocks * stat.f_frsize,
                "used": (stat.f_blocks - stat.f_bfree) * stat.f_frsize,
                "available": stat.f_bavail * stat.f_frsize,
            }
    return list(found.values())


def network_bytes():
    """What came in and went out by each interface since the start."""
    counted = {}
    for line in lines("/proc/net/dev")[2:]:
        name, numbers = line.split(":")
        fields = numbers.split()
        if name.strip() != "lo":
            counted[name.strip()] = int(fields[0]), int(fields[8])
    return counted


def network(before, after, seconds):
    interfaces = [
        {
            "name": name,
            "in": max(0, got - before[name][0]) / seconds,
            "out": max(0, sent - before[name][1]) / seconds,
        }
        for name, (got, sent) in after.items()
        if name in before
    ]
    return {
        "in": sum(one["in"] for one in interfaces),
        "out": sum(one["out"] for one in interfaces),
        "interfaces": interfaces,
    }


def services(names):
    for name in names:
        shown = subprocess.run(["systemctl", "is-active", name], stdout=subprocess.PIPE, text=True, check=False)
        state = shown.stdout.strip()
        if state:
            yield {"name": name, "state": state}
        else:
            print(f"the state of {name} cannot be read", file=sys.stderr)


def measure(names):
    cpu_before, network_before, began = cpu_times(), network_bytes(), time.monotonic()
    time.sleep(1)
    seconds = time.monotonic() - began
    return {
        # The time is part of it: sent again, the same report is stored once.
        "t": int(time.time() * 1000),
        "cpu": cpu(cpu_before, cpu_times()),
        "ram": memory(),
        "disks": disks(),
        "network": network(network_before, network_bytes(), seconds),
        "services": list(services(names)),
    }


def post(hub, key, report):
    """What the hub answers. Tries again where the hub says that it may help."""
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    request = urllib.request.Request(hub + "/data", json.dumps(report).encode(), headers)
    for left in reversed(range(TRIES)):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503) or left == 0:
                sys.exit(f"{error.code}: {error.read().decode()}")
            time.sleep(min(60, int(error.headers.get("Retry-After", "5"))))
        except urllib.error.URLError as error:
            if left == 0:
                sys.exit(f"cannot reach {hub}: {error.reason}")
            time.sleep(5)


def main():
    hub = os.environ.get("TOCSIN_HUB") or sys.exit("TOCSIN_HUB is not set")
    key = os.environ.get("TOCSIN_KEY")
    if not key:
        file = os.environ.get("TOCSIN_KEY_FILE") or sys.exit("TOCSIN_KEY_FILE is not set")
        key = lines(file)[0].strip()
    print(json.dumps(post(hub.rstrip("/"), key, measure(sys.argv[1:]))))


if __name__ == "__main__":
    main()
