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
expect 0 'level=info' kubectl logs -n app-backend deployment/backend
expect 0 'yes' kubectl auth can-i delete pods
expect 0 'backend-' kubectl top pods -n app-backend
expect 0 'deleted' kubectl delete -f "$folder/web.yaml"
expect 1 'namespaces "kubectl-test" not found' kubectl get namespace kubectl-test

[ "$failures" = 0 ] && echo "kubectl $(kubectl version --client -o json | sed -n 's/.*"gitVersion": "\(.*\)".*/\1/p' | head -n 1): all as on a real cluster"
exit $((failures > 0))
