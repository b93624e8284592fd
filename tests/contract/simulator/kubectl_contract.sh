#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the real kubectl against the demo cluster: kubectl_contract.sh PATH-OF-simulator_serve
set -u
serve=$1
if ! command -v kubectl > /dev/null; then
    echo "SKIPPED: there is no kubectl on the PATH, the demo cluster was not tried with it" >&2
    exit 77
fi
folder=$(mktemp -d)
exec {input}> >(exec "$serve" healthy 0 "$folder/kubeconfig" > "$folder/url")
trap 'exec {input}>&-; rm -rf "$folder"' EXIT
for _ in $(seq 100); do [ -s "$folder/kubeconfig" ] && [ -s "$folder/url" ] && break; sleep 0.1; done
export KUBECONFIG="$folder/kubeconfig" HOME="$folder"
failures=0

# expect STATUS PATTERN COMMAND...: the exit status, and an extended regular expression in the output
expect() {
    local status=$1 pattern=$2 output actual
    shift 2
    output=$(timeout 60 "$@" 2>&1)
    actual=$?
    if [ "$actual" != "$status" ] || ! grep -Eq -- "$pattern" <<< "$output"; then
        echo "FAILED: $* (exit $actual, wanted $status and /$pattern/)"
        echo "$output" | sed 's/^/    /'
        failures=$((failures + 1))
    fi
}

cat > "$folder/web.yaml" << 'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: kubectl-test}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: kubectl-test}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1.25", ports: [{containerPort: 80}]}
YAML
sed 's/replicas:/replcas:/' "$folder/web.yaml" > "$folder/typo.yaml"

expect 0 'Server Version: v1\.' kubectl version
expect 0 'backend-.* 1/1 +Running' kubectl get pods -n app-backend
expect 0 'deployments +deploy +apps/v1' kubectl api-resources
expect 0 'rollingUpdate' kubectl explain deployment.spec.strategy
expect 0 'web created' kubectl apply -f "$folder/web.yaml"
expect 0 'web unchanged' kubectl apply -f "$folder/web.yaml"
expect 1 'unknown field "spec.replcas"' kubectl apply -f "$folder/typo.yaml"
expect 0 'successfully rolled out' kubectl rollout status -n kubectl-test deployment/web
expect 0 'condition met' kubectl wait -n kubectl-test --for=condition=Available deployment/web
expect 0 'scaled' kubectl scale -n kubectl-test deployment/web --replicas=3
expect 0 'image updated' kubectl set image -n kubectl-test deployment/web web=nginx:1.26
expect 0 'successfully rolled out' kubectl rollout status -n kubectl-test deployment/web
expect 1 'conflict.*kubectl-set' kubectl apply --server-side --field-manager=other -f "$folder/web.yaml"
expect 0 'serverside-applied' kubectl apply --server-side --force-conflicts -f "$folder/web.yaml"
expect 0 'labeled' kubectl label -n kubectl-test deployment/web a=b
expect 0 'patched' kubectl patch -n kubectl-test deployment web -p '{"spec":{"minReadySeconds":1}}'
expect 0 'ScalingReplicaSet' kubectl describe -n kubectl-test deployment web
expect 0 '"level":"info"' kubectl logs -n app-backend deployment/backend
expect 0 'yes' kubectl auth can-i delete pods
expect 0 'backend-' kubectl top pods -n app-backend

# What kubectl makes itself it sends as protobuf.
made() { expect 0 "$1" kubectl create -n kubectl-test "${@:2}"; }
holds() { expect 0 "$1" kubectl get -n kubectl-test "$2" -o "jsonpath=$3"; }
made 'deployment.apps/made created' deployment made --image=nginx:1.25 --replicas=2 --port=8080
holds '^2 made nginx:1.25 8080$' deployment/made \
    '{.spec.replicas} {.spec.selector.matchLabels.app} {.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].ports[0].containerPort}'
made 'created' secret generic s --from-literal=user=me
holds '^bWU=$' secret/s '{.data.user}'
made 'created' configmap c --from-literal=a=b
holds '^b$' configmap/c '{.data.a}'
made 'created' serviceaccount sa
made 'created' role r --verb=get,list --resource=pods
holds '^\["get","list"\]$' role/r '{.rules[0].verbs}'
made 'created' rolebinding rb --role=r --serviceaccount=kubectl-test:sa
holds '^ServiceAccount kubectl-test/sa r$' rolebinding/rb \
    '{.subjects[0].kind} {.subjects[0].namespace}/{.subjects[0].name} {.roleRef.name}'
made 'created' service nodeport np --tcp=80:8080
holds '^80 8080 NodePort$' service/np '{.spec.ports[0].port} {.spec.ports[0].targetPort} {.spec.type}'
made 'created' ingress i --rule='a.example.com/x=np:80'
holds '^a.example.com /x np 80$' ingress/i \
    '{.spec.rules[0].host} {.spec.rules[0].http.paths[0].path} {.spec.rules[0].http.paths[0].backend.service.name} {.spec.rules[0].http.paths[0].backend.service.port.number}'
made 'created' poddisruptionbudget b --selector=app=made --min-available=50%
holds '^50% made$' pdb/b '{.spec.minAvailable} {.spec.selector.matchLabels.app}'
made 'created' quota q --hard=configmaps=10
holds '^10$' quota/q '{.spec.hard.configmaps}'
made 'created' cronjob cj --image=busybox --schedule='*/5 * * * *' -- date
made 'created' job j --from=cronjob/cj
expect 0 'condition met' kubectl wait -n kubectl-test --for=condition=complete job/j --timeout=40s
expect 0 'autoscaled' kubectl autoscale -n kubectl-test deployment made --min=2 --max=4 --cpu-percent=70
expect 0 'exposed' kubectl expose -n kubectl-test deployment made --port=80
expect 0 'env updated' kubectl set env -n kubectl-test deployment/made A=b
expect 0 'rolled back' kubectl rollout undo -n kubectl-test deployment/made

# Custom resources: schema, defaults, columns and scale as their definition says.
cat > "$folder/crd.yaml" << 'YAML'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, maximum: 9}
              colour: {type: string, default: red, enum: [red, blue]}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
YAML
# kubectl takes what begins with a brace for JSON.
widget() { printf -- '---\n%s\n' "{apiVersion: example.com/v1, kind: Widget, metadata: {name: $1, namespace: kubectl-test}, spec: $2}" > "$folder/$1.yaml"; }
widget good '{size: 3}'
widget bad '{size: 30, colour: green}'
widget empty '{}'
expect 0 'created' kubectl apply -f "$folder/crd.yaml"
expect 0 'condition met' kubectl wait --for=condition=Established crd/widgets.example.com
expect 0 'good created' kubectl apply -f "$folder/good.yaml"
expect 1 'spec.colour: Unsupported value: "green": supported values: "red", "blue"' kubectl apply -f "$folder/bad.yaml"
expect 1 'spec.size in body should be less than or equal to 9' kubectl apply -f "$folder/bad.yaml"
expect 1 'spec.size: Required value' kubectl apply -f "$folder/empty.yaml"
expect 0 '^3 red$' kubectl get wd -n kubectl-test good -o 'jsonpath={.spec.size} {.spec.colour}'
expect 0 'scaled' kubectl scale -n kubectl-test widget/good --replicas=5
expect 0 'patched' kubectl patch -n kubectl-test widget good --subresource=status --type=merge \
    -p '{"status":{"conditions":[{"type":"Other","status":"False"},{"type":"Ready","status":"True"}]}}'
expect 0 '^NAME +SIZE +READY +good +5 +True +$' bash -c "kubectl get -n kubectl-test widgets | tr '\n' ' '"
expect 0 'deleted' kubectl delete crd widgets.example.com
expect 1 'find the requested resource|resource type' kubectl get -n kubectl-test widgets

# Jobs that fail: by their program, and by their time.
job() { printf -- '---\n%s\n' "{apiVersion: batch/v1, kind: Job, metadata: {name: $1, namespace: kubectl-test}, spec: {$2, template: {spec: {restartPolicy: Never, containers: [{name: a, image: busybox, command: $3}]}}}}" | kubectl apply -f - > /dev/null; }
job fails 'backoffLimit: 1' '[sh, -c, "echo no; exit 3"]'
job late 'activeDeadlineSeconds: 2' '[sleep, "100"]'
expect 0 'condition met' kubectl wait -n kubectl-test --for=condition=Failed job/fails job/late --timeout=40s
holds '^2 BackoffLimitExceeded$' job/fails '{.status.failed} {.status.conditions[?(@.type=="Failed")].reason}'
holds '^DeadlineExceeded$' job/late '{.status.conditions[?(@.type=="Failed")].reason}'
expect 0 '^3 3 $' kubectl get pods -n kubectl-test -l job-name=fails \
    -o 'jsonpath={range .items[*]}{.status.containerStatuses[0].state.terminated.exitCode} {end}'

expect 0 '^\{"kind":"NodeList","apiVersion":"v1","metadata":\{[^}]*\},"items":\[\{"metadata"' kubectl get --raw /api/v1/nodes
expect 0 'deleted' kubectl delete -f "$folder/web.yaml"
expect 1 'namespaces "kubectl-test" not found' kubectl get namespace kubectl-test

[ "$failures" = 0 ] && echo "kubectl $(kubectl version --client -o json | sed -n 's/.*"gitVersion": "\(.*\)".*/\1/p' | head -n 1): all as on a real cluster"
exit $((failures > 0))
