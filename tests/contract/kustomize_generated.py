# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases made from tables: each two fields of a kustomization together, over objects of every kind; in one file, and one of
them in the base and the other in the overlay."""
import itertools

FIELDS = {
    "prefix": "namePrefix: pre-\n",
    "suffix": "nameSuffix: -suf\n",
    "namespace": "namespace: space\n",
    "common": "commonLabels: {owner: ops}\n",
    "labels": "labels: [{pairs: {part: all}, includeTemplates: true}]\n",
    "annotations": "commonAnnotations: {note: written}\n",
    "images": "images: [{name: a/b, newName: registry.example/b, newTag: '7'}]\n",
    "replicas": "replicas: [{name: dep, count: 4}, {name: db, count: 5}]\n",
    "configs": "configMapGenerator: [{name: made, literals: [k=v]}]\nsecretGenerator: [{name: made, literals: [k=v]}]\n",
    "merge": "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: dep}\n    spec:\n"
             "      template:\n        spec:\n          containers: [{name: c, env: [{name: E, value: x}]}, {name: d, $patch: delete}]\n",
    "json": "patchesJson6902:\n- target: {version: v1, kind: ConfigMap, name: config}\n"
            "  patch: '[{\"op\": \"add\", \"path\": \"/data/more\", \"value\": \"y\"}]'\n",
    "replacement": "replacements:\n- source: {kind: Service, name: svc}\n"
                   "  targets: [{select: {kind: ConfigMap, name: config}, fieldPaths: [data.ref]}]\n",
    "vars": "vars:\n- name: HERE\n  objref: {kind: Service, name: svc, apiVersion: v1}\n",
}


def case(Case, name, start, files):
    made = Case(name)
    made.start = start
    made.entries = [["use", "zoo", ""]] + [["file", path, text] for path, text in files.items()]
    return made


def cases(Case):
    for (one, first), (two, second) in itertools.combinations(FIELDS.items(), 2):
        yield case(Case, f"both-{one}-{two}", ".", {"kustomization.yaml": "resources: [zoo.yaml]\n" + first + second})
    for (one, first), (two, second) in itertools.permutations(FIELDS.items(), 2):
        if one in ("images", "replicas", "json") or two in ("labels", "annotations"):
            continue  # these touch neither names nor each other's fields
        yield case(Case, f"layers-{one}-{two}", "over", {
            "over/base/kustomization.yaml": "resources: [pod.yaml]\n" + first,
            "over/base/pod.yaml": OBJECTS,
            "over/kustomization.yaml": "resources: [base]\n" + second})


OBJECTS = """\
apiVersion: v1
kind: Service
metadata: {name: svc}
spec: {selector: {app: dep}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data: {ref: none}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: account}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: binding}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: account}, {kind: ServiceAccount, name: default}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {serviceName: svc, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: a/b}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: dep}
spec:
  selector: {matchLabels: {app: dep}}
  template:
    metadata: {labels: {app: dep}}
    spec:
      serviceAccountName: account
      containers:
      - {name: c, image: "a/b:1", args: ["--at=$(HERE)"], envFrom: [{configMapRef: {name: config}}, {configMapRef: {name: made}}, {secretRef: {name: made}}]}
      - {name: d, image: a/b}
"""
