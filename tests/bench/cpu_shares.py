# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses the processors while something is measured: the client, and the programs of a cluster on this machine."""
import os

# Those through which each byte of a stream passes; the kernel's work for their sockets counts as theirs.
CLUSTER = {"kube-apiserver", "kubelet", "containerd", "containerd-shim"}
TICKS = os.sysconf("SC_CLK_TCK")


def cluster_seconds():
    """CPU seconds of the cluster's programs; 0 when the cluster runs elsewhere."""
    total = 0.0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat") as file:
                head, _, tail = file.read().rpartition(")")
        except OSError:
            continue
        if head.partition("(")[2] in CLUSTER:
            fields = tail.split()
            total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def machine_seconds():
    """CPU seconds of everything, and how many there could have been, since the machine started."""
    with open("/proc/stat") as file:
        fields = [int(field) / TICKS for field in file.readline().split()[1:9]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


class CpuShares:
    """Taken at the start; asked at the end."""

    def __init__(self):
        self.cluster, self.machine = cluster_seconds(), machine_seconds()

    def result(self, client_seconds, megabytes):
        busy, possible = (now - before for now, before in zip(machine_seconds(), self.machine))
        cluster = cluster_seconds() - self.cluster
        return {"clientMsPerMB": client_seconds / megabytes * 1e3, "clusterMsPerMB": cluster / megabytes * 1e3,
                "othersMsPerMB": (busy - cluster - client_seconds) / megabytes * 1e3,
                "busy": busy / possible if possible > 0 else 0}


def middle(runs, key):
    return sorted(run[key] for run in runs)[len(runs) // 2]


def ratio(ours, theirs):
    """How many times less all programs together use for each megabyte than with the peer: the ratio of throughput on
    processors that do nothing else."""
    def spent(runs):
        return middle(runs, "clusterMsPerMB") + middle(runs, "clientMsPerMB")
    return spent(theirs) / spent(ours) if spent(ours) > 0 else None


def bound(theirs):
    """How many times faster than the peer a client that costs nothing at all could be, where the processors are what
    limits both: the cluster's work for each byte is the same."""
    cluster = middle(theirs, "clusterMsPerMB")
    return (cluster + middle(theirs, "clientMsPerMB")) / cluster if cluster > 0 else None
