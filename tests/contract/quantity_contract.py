#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds tests/data/quantities.tsv against a real API server: what it writes back of each quantity.

usage: quantity_contract.py KUBECTL   (the cluster is that of BINNACLE_TEST_KUBECONFIG; without it the test is skipped)

Creates nothing: a server-side dry run of a Deployment whose emptyDir volumes carry the quantities as their sizeLimit,
the one quantity of a built-in kind that is not rounded to a milli-unit.
"""
import json
import os
import pathlib
import subprocess
import sys

TABLE = pathlib.Path(__file__).parent.parent / "data" / "quantities.tsv"
SKIPPED = 77


def rows():
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            yield json.loads(cells[0]), cells[1], cells[3] if len(cells) > 3 else ""


class Server:
    def __init__(self, kubectl, kubeconfig):
        self.command = [kubectl, "--kubeconfig", kubeconfig]
        version = json.loads(self.run(["version", "-o", "json"]).stdout)["serverVersion"]
        self.minor = int("".join(c for c in version["minor"] if c.isdigit()))

    def run(self, arguments, text=None):
        return subprocess.run(self.command + arguments, input=text, capture_output=True, text=True, timeout=60, check=False)

    def write(self, quantities):
        """The quantities as the server writes them, or what it says against them."""
        volumes = [{"name": f"v{i}", "emptyDir": {"sizeLimit": text}} for i, text in enumerate(quantities)]
        labels = {"app": "quantities"}
        spec = {"containers": [{"name": "main", "image": "none"}], "volumes": volumes}
        deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "quantities"},
                      "spec": {"replicas": 0, "selector": {"matchLabels": labels},
                               "template": {"metadata": {"labels": labels}, "spec": spec}}}
        done = self.run(["create", "--namespace", "default", "--dry-run=server", "--validate=false", "-o", "json",
                         "-f", "-"], json.dumps(deployment))
        if done.returncode != 0:
            return None, done.stderr.strip()
        written = json.loads(done.stdout)["spec"]["template"]["spec"]["volumes"]
        return [volume["emptyDir"]["sizeLimit"] for volume in written], ""


def checks(server):
    """Pairs of a complaint (or None) for every row of the table."""
    table = list(rows())
    # Validation refuses a negative size after it has been read, so only its message can be told apart from a bad text.
    plain = [row for row in table if row[1] != "invalid" and not row[1].startswith("-")]
    written, error = server.write([text for text, _, _ in plain])
    if written is None:
        yield "the server refused the valid quantities: " + error
        return
    for (text, canonical, note), got in zip(plain, written):
        known = note == "since 1.34" and server.minor < 34
        yield None if got == canonical or known else f"{text!r}: the table says {canonical}, the server wrote {got}"
    for text, canonical, _ in table:
        if text != text.strip():
            continue  # JSON's decoder trims, so that the server never sees the space
        if canonical == "invalid":
            refused, error = server.write([text])
            read = refused is not None or "quantit" not in error
            yield f"{text!r}: the table says invalid, the server: {refused or error}" if read else None
        elif canonical.startswith("-"):
            _, error = server.write([text])
            well = "is invalid" in error and "sizeLimit" in error
            yield None if well else f"{text!r}: the server should read it, and refuse it as negative: {error}"


def main():
    kubeconfig = os.environ.get("BINNACLE_TEST_KUBECONFIG")
    if not kubeconfig:
        print("no BINNACLE_TEST_KUBECONFIG: skipped")
        return SKIPPED
    results = list(checks(Server(sys.argv[1], kubeconfig)))
    complaints = [complaint for complaint in results if complaint]
    print("\n".join([*complaints, f"{len(results)} quantities, {len(complaints)} differ"]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
