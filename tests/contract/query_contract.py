#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`binnaclectl query` beside curl: the same queries of the same Prometheus give the same samples, one by one.

usage: query_contract.py BINNACLECTL [--cluster]

Of the demo cluster; with --cluster of that of BINNACLE_TEST_KUBECONFIG, where the AI SaaS stack runs: curl asks through
`kubectl proxy` there. Exit status 77: skipped, there is no such cluster, or no Prometheus in it.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse

SERVICE = "/api/v1/namespaces/shared/services/prometheus-service:9090/proxy"
QUERIES = [
    "up",
    "sum by (job) (up)",
    "sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{container!=\"\", container!=\"POD\"}[2m]))",
    "sum by (pod) (container_memory_working_set_bytes{namespace=\"app-backend\", container!=\"\"})",
    "max by (namespace, pod, container) (container_memory_working_set_bytes{container!=\"\"})"
    " / (max by (namespace, pod, container) (container_spec_memory_limit_bytes{container!=\"\"}) > 0)",
    "sum by (path) (rate(http_requests_total{job=\"backend\"}[2m]))",
    "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job=\"backend\"}[2m])))",
    "sum(rate(http_requests_total{status=~\"5..\"}[2m])) / sum(rate(http_requests_total[2m]))",
    "sum by (namespace) (rate(container_network_receive_bytes_total[2m]))",
    "changes(container_start_time_seconds{container=\"backend\"}[10m])",
    "0 / 0 * sum(up)",
    "absent(nothing_has_this_name{job=\"x\"})",
]
MISTAKES = [
    "", "up{", "sum(", "up +", "foo bar", "rate(up)", "rate(up[5m)", "sum by (a up", "1 +* 2", "nofunc(up)", "up{job=\"a\"",
    "up{job=\"a", "up)", "rate(up[5m])[3m]", "histogram_quantile(up)", "sum(up) by", "{}", "5m", "up offset", "up == bool",
    "up and 1", "1 == 1", "sum(1)", "topk(up)", "up{job}", "up[5m:1m", "up $ 3", "sum(\n  rate(up[5m]\n)",
]


# Expressions that no scrape has a part in: what they come to is arithmetic, and the same everywhere.
ARITHMETIC = {
    "1 + 2 * 3 ^ 2 - -1": ["20"],
    "-2 ^ 2": ["-4"],
    "2 ^ 3 ^ 2": ["512"],
    "7 % 4 - 1 / 0": ["-Inf"],
    "1 > bool 2": ["0"],
    "vector(3) > 2": ["3"],
    "vector(3) < 2": [],
    "2 < vector(3)": ["3"],
    "vector(1) or vector(2)": ["1"],
    "vector(1) unless vector(2)": [],
    "sum(vector(1)) / sum(vector(3))": ["0.3333333333333333"],
    "clamp_max(vector(5), 3) + round(vector(2.6))": ["6"],
    "scalar(vector(5)) * 2": ["10"],
    'histogram_quantile(0.5, label_replace(vector(10), "le", "1", "", "") or label_replace(vector(20), "le", "+Inf", "", ""))':
        ["1"],
    'histogram_quantile(0.25, label_replace(vector(10), "le", "1", "", "") or label_replace(vector(20), "le", "+Inf", "", ""))':
        ["0.5"],
    'quantile(0.25, label_replace(vector(1), "a", "1", "", "") or label_replace(vector(3), "a", "2", "", ""))': ["1.5"],
    'sort_desc(topk(1, label_replace(vector(1), "a", "1", "", "") or label_replace(vector(3), "a", "2", "", "")))': ["3"],
    'label_replace(vector(1), "a", "x", "", "") * on () vector(4)': ["4"],
    'label_replace(vector(1), "a", "x", "", "") * ignoring (a) group_left vector(5)': ["5"],
    "sum_over_time(vector(2)[5m:1m]) / count_over_time(vector(2)[5m:1m])": ["2"],
    "rate(vector(time())[5m:1m])": ["1"],
    "max_over_time(vector(time())[5m:1m]) - min_over_time(vector(time())[5m:1m])": ["240"],
    "absent(vector(1))": [],
    "count(absent(nothing_has_this_name))": ["1"],
}


class Clusters:
    """A kubeconfig, and the address at which curl reaches the same API server."""

    def __init__(self, binnaclectl, folder, real):
        self.processes = []
        self.is_demo = not real
        if real:
            self.kubeconfig = real
            proxy = self.start(["kubectl", "--kubeconfig", real, "proxy", "--port=0"])
            self.server = "http://" + proxy.stdout.readline().split()[-1]
        else:
            self.kubeconfig = os.path.join(folder, "kubeconfig")
            demo = self.start([binnaclectl, "simulate", "--listen", "127.0.0.1:0", "--kubeconfig-out", self.kubeconfig])
            self.server = json.loads(demo.stdout.readline())["url"]

    def start(self, command):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def stop(self):
        for process in self.processes:
            process.terminate()
            process.wait()


def curl(cluster, path, parameters):
    url = f"{cluster.server}{SERVICE}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
    body = subprocess.run(["curl", "-sS", url], capture_output=True, text=True, check=True).stdout
    return json.loads(body) if body.startswith("{") else {"status": body}


def ask(binnaclectl, cluster, *arguments):
    return subprocess.run([binnaclectl, "--kubeconfig", cluster.kubeconfig, "query", "-o", "json", *arguments],
                          capture_output=True, text=True, check=False)


def by_labels(result):
    return {json.dumps(series["metric"], sort_keys=True): series.get("values", series.get("value")) for series in result}


def compare(query, expected, found):
    """The number of samples that are the same; all must be."""
    if expected["resultType"] != found["resultType"]:
        raise AssertionError(f"{query}: {found['resultType']} instead of {expected['resultType']}")
    here, there = by_labels(found["result"]), by_labels(expected["result"])
    if here.keys() != there.keys():
        raise AssertionError(f"{query}: other series: {sorted(here.keys() ^ there.keys())[:3]}")
    samples = 0
    for labels, values in there.items():
        if here[labels] != values:
            raise AssertionError(f"{query}: {labels}: {here[labels]} instead of {values}")
        samples += len(values) if expected["resultType"] == "matrix" else 1
    return samples


def check_queries(binnaclectl, cluster):
    # A moment ago: at this very moment the two may see another scrape.
    end = int(time.time()) - 20
    total = 0
    for query in QUERIES:
        for path, extra, parameters in (
                ("query", ["--time", str(end)], {"time": end}),
                ("query_range", ["--time", str(end), "--range", "10m", "--step", "15s"],
                 {"start": end - 600, "end": end, "step": 15})):
            expected = curl(cluster, path, {"query": query, **parameters})
            answer = ask(binnaclectl, cluster, query, *extra)
            if expected["status"] != "success" or answer.returncode != 0:
                raise AssertionError(f"{query}: {expected} / {answer.stderr}")
            samples = compare(query, expected["data"], json.loads(answer.stdout))
            total += samples
            print(f"ok   {samples:5} samples  {path:11}  {query}")
    return total


def check_mistakes(binnaclectl, cluster):
    for query in MISTAKES:
        expected = curl(cluster, "query", {"query": query})
        answer = ask(binnaclectl, cluster, query)
        said = json.loads(answer.stdout.splitlines()[-1])["error"]
        if answer.returncode != 1 or said["message"] != expected["error"] or expected["errorType"] != "bad_data":
            raise AssertionError(f"{query!r}: status {answer.returncode}, {said} instead of {expected}")
    if cluster.is_demo:
        check_wording(binnaclectl, cluster)
    print(f"ok   {len(MISTAKES)} mistakes are said as Prometheus says them")


def check_arithmetic(cluster):
    at = str(int(time.time()) // 60 * 60 - 90)
    for query, expected in ARITHMETIC.items():
        answer = curl(cluster, "query", {"query": query, "time": at})
        if answer["status"] != "success":
            raise AssertionError(f"{query}: {answer}")
        data = answer["data"]
        values = [data["result"][1]] if data["resultType"] == "scalar" else [each["value"][1] for each in data["result"]]
        if values != expected:
            raise AssertionError(f"{query}: {values} instead of {expected}")
    print(f"ok   {len(ARITHMETIC)} expressions come to what they must")


def check_overview(cluster):
    """No query of the overview is refused; those of the application and of its containers find something."""
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    with open(os.path.join(folder, "resources", "metrics", "overview.json"), encoding="utf-8") as file:
        panels = json.load(file)["panels"]
    found = set()
    for panel in panels:
        for line in panel["lines"]:
            for alternative in line["alternatives"]:
                query = alternative["expression"]
                for name, text in (("$pods", 'namespace="app-backend", pod=~"backend-[a-z0-9]+-[a-z0-9]{5}"'),
                                   ("$namespace", "app-backend"), ("$workload", "backend"), ("$window", "2m"), ("$resolution", "15s")):
                    query = query.replace(name, text)
                answer = curl(cluster, "query", {"query": query})
                if answer["status"] != "success":
                    raise AssertionError(f"{panel['id']}: {query}: {answer}")
                if answer["data"]["result"]:
                    found.add(panel["id"])
    missing = {"requests", "latency", "errors", "cpu", "memory", "restarts", "throttling", "network"} - found
    if missing:
        raise AssertionError(f"the overview shows nothing for {sorted(missing)}")
    print(f"ok   the overview's queries: {', '.join(sorted(found))}")


def check_top(binnaclectl, cluster):
    """`top` shows the pods, nodes and components that metrics.k8s.io and the stack know, each with numbers."""
    def top(*arguments):
        answer = subprocess.run([binnaclectl, "--kubeconfig", cluster.kubeconfig, "top", *arguments, "-o", "json"],
                                capture_output=True, text=True, check=True)
        return json.loads(answer.stdout)

    def measured(path):
        url = f"{cluster.server}/apis/metrics.k8s.io/v1beta1/{path}"
        body = subprocess.run(["curl", "-sS", url], capture_output=True, text=True, check=True).stdout
        return {item["metadata"]["name"] for item in json.loads(body)["items"]}

    pods = top("pods", "-n", "app-backend")
    nodes = top("nodes")
    components = top("components", "ai-saas")
    if {row["name"] for row in pods} != measured("namespaces/app-backend/pods"):
        raise AssertionError(f"top pods: {pods}")
    if {row["name"] for row in nodes} != measured("nodes"):
        raise AssertionError(f"top nodes: {nodes}")
    running = {row["name"]: row["pods"] for row in components}
    if running["backend"] < 1 or running["postgres"] != 1 or running["prometheus"] != 1:
        raise AssertionError(f"top components: {running}")
    for row in pods + nodes + [row for row in components if row["pods"] > 0]:
        if not row["usage"].get("memory", 0) > 0 or "cpu" not in row["usage"]:
            raise AssertionError(f"top: {row}")
    print(f"ok   top: {len(pods)} pods, {len(nodes)} nodes, {len(components)} components")


# What Prometheus 2.53 says of MISTAKES; the demo cluster says the same.
WORDING = {
    "": 'invalid parameter "query": unknown position: parse error: no expression found in input',
    "up{": 'invalid parameter "query": 1:4: parse error: unexpected end of input inside braces',
    "sum(": 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
    "up +": 'invalid parameter "query": 1:5: parse error: unexpected end of input',
    "foo bar": 'invalid parameter "query": 1:5: parse error: unexpected identifier "bar"',
    "rate(up)": 'invalid parameter "query": 1:6: parse error: expected type range vector in call to function "rate", '
                'got instant vector',
    "rate(up[5m)": 'invalid parameter "query": 1:11: parse error: unexpected ")" in subquery or range, expected ":" or '
                   '"]"',
    "sum by (a up": 'invalid parameter "query": 1:11: parse error: unexpected identifier "up" in grouping opts, '
                    'expected "," or ")"',
    "1 +* 2": 'invalid parameter "query": 1:4: parse error: unexpected <op:*>',
    "nofunc(up)": 'invalid parameter "query": 1:1: parse error: unknown function with name "nofunc"',
    "up{job=\"a": 'invalid parameter "query": 1:8: parse error: unterminated quoted string',
    "up)": "invalid parameter \"query\": 1:4: parse error: unexpected right parenthesis ')'",
    "rate(up[5m])[3m]": 'invalid parameter "query": 1:13: parse error: ranges only allowed for vector selectors',
    "histogram_quantile(up)": 'invalid parameter "query": 1:1: parse error: expected 2 argument(s) in call to '
                              '"histogram_quantile", got 1',
    "sum(up) by": 'invalid parameter "query": 1:11: parse error: unexpected end of input in grouping opts, expected "("',
    "{}": 'invalid parameter "query": 1:1: parse error: vector selector must contain at least one non-empty matcher',
    "5m": 'invalid parameter "query": 1:1: parse error: unexpected duration "5m"',
    "up offset": 'invalid parameter "query": 1:10: parse error: unexpected end of input in offset, expected duration',
    "up == bool": 'invalid parameter "query": 1:11: parse error: unexpected end of input',
    "up and 1": 'invalid parameter "query": 1:1: parse error: set operator "and" not allowed in binary scalar '
                'expression',
    "1 == 1": 'invalid parameter "query": 1:3: parse error: comparisons between scalars must use BOOL modifier',
    "sum(1)": 'invalid parameter "query": 1:5: parse error: expected type instant vector in aggregation expression, '
              'got scalar',
    "topk(up)": 'invalid parameter "query": 1:1: parse error: wrong number of arguments for aggregate expression '
                'provided, expected 2, got 1',
    "up{job}": 'invalid parameter "query": 1:7: parse error: unexpected "}" in label matching, expected label matching '
               'operator',
    "up[5m:1m": 'invalid parameter "query": 1:9: parse error: unclosed left bracket',
    "up $ 3": "invalid parameter \"query\": 1:4: parse error: unexpected character: '$'",
}


def check_wording(binnaclectl, cluster):
    for query, wording in WORDING.items():
        said = json.loads(ask(binnaclectl, cluster, query).stdout.splitlines()[-1])["error"]["message"]
        if said != wording:
            raise AssertionError(f"{query!r}: {said!r} instead of {wording!r}")


def main(binnaclectl, real):
    if real == "":
        print("skipped: BINNACLE_TEST_KUBECONFIG is not set")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        cluster = Clusters(binnaclectl, folder, real)
        try:
            if curl(cluster, "query", {"query": "up"}).get("status") != "success":
                print("skipped: no Prometheus answers at shared/prometheus-service")
                return 77
            total = check_queries(binnaclectl, cluster)
            check_mistakes(binnaclectl, cluster)
            check_arithmetic(cluster)
            check_overview(cluster)
            check_top(binnaclectl, cluster)
            print(f"{len(QUERIES)} queries, {total} samples: all equal")
        finally:
            cluster.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], os.environ.get("BINNACLE_TEST_KUBECONFIG", "") if "--cluster" in sys.argv else None))
