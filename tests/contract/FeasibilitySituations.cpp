// SPDX-License-Identifier: GPL-3.0-or-later
#include "FeasibilitySituations.h"

namespace binnacle::contract {

namespace {

std::string quota(const std::string &spec, const std::string &name = "q")
{
    return "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n---\n";
}

std::string limits(const std::string &limit)
{
    return "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l}\nspec: {limits: [{" + limit + "}]}\n---\n";
}

/// A Deployment whose pods have one container with these resources.
std::string web(int replicas, const std::string &resources = {}, const std::string &podSpec = {},
                const std::string &name = "web")
{
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name +
           "}\nspec:\n  replicas: " + std::to_string(replicas) + "\n  selector: {matchLabels: {app: " + name +
           "}}\n  template:\n    metadata: {labels: {app: " + name + "}}\n    spec: {containers: [{name: c" +
           (resources.empty() ? "" : ", resources: {" + resources + "}") + "}]" +
           (podSpec.empty() ? "" : ", " + podSpec) + "}\n---\n";
}

std::string pod(const std::string &name)
{
    return "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec: {containers: [{name: c}]}\n---\n";
}

std::string claim(const std::string &size, const std::string &storageClass = {})
{
    return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: "
           "[ReadWriteOnce], " +
           (storageClass.empty() ? std::string() : "storageClassName: " + storageClass + ", ") +
           "resources: {requests: {storage: " + size + "}}}\n---\n";
}

std::string service(const std::string &name, const std::string &spec)
{
    return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n---\n";
}

const std::string zoned = "[{topologyKey: fit.example/zone, labelSelector: {matchLabels: {app: web}}}]";
const std::string apart =
    "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: " + zoned + "}}";
const std::string together = "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: " + zoned + "}}";
const std::string beside =
    "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: fit.example/zone, "
    "labelSelector: {matchLabels: {app: nobody}}}]}}";
const std::string onlyNode = "nodeSelector: {fit.example/node: ";
const std::string mounting = "volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]";

std::string spread(const std::string &key)
{
    return "topologySpreadConstraints: [{maxSkew: 1, topologyKey: " + key +
           ", whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}]";
}

std::string nodeAffinity(const std::string &expression)
{
    return "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
           "[{matchExpressions: [{" +
           expression + "}]}]}}}";
}

using List = std::vector<Situation>;

List quotaSituations()
{
    return {
        {"limits.cpu for two of three", quota("hard: {limits.cpu: \"1\"}"), web(3, "limits: {cpu: 500m}"),
         Verdict::Fails, "web fits 2 replicas, its spec asks for 3: limits.cpu 1500m > 1 of the quota q"},
        {"limits.cpu for both", quota("hard: {limits.cpu: \"1\"}"), web(2, "limits: {cpu: 500m}")},
        {"pods", quota("hard: {pods: \"2\"}"), web(3), Verdict::Fails, "pods 3 > 2"},
        {"an init container that asks more", quota("hard: {requests.memory: 250Mi}"),
         web(1, "requests: {memory: 100Mi}", "initContainers: [{name: i, resources: {requests: {memory: 300Mi}}}]"),
         Verdict::Fails, "requests.memory 300Mi > 250Mi"},
        {"an init container is not added", quota("hard: {memory: 300Mi}"),
         web(1, "requests: {memory: 100Mi}", "initContainers: [{name: i, resources: {requests: {memory: 300Mi}}}]")},
        {"a limit that is not stated", quota("hard: {limits.cpu: \"1\"}"), web(1, "requests: {cpu: 10m}"),
         Verdict::Fails, "there is no limits.cpu of container c"},
        {"a limit range states it",
         quota("hard: {limits.cpu: \"1\"}") + limits("type: Container, default: {cpu: 100m}"),
         web(2, "requests: {cpu: 10m}")},
        {"the limit range's defaults are too much",
         quota("hard: {limits.cpu: \"1\"}") + limits("type: Container, default: {cpu: 600m}"), web(2), Verdict::Fails,
         "web fits 1 replica"},
        {"ephemeral storage", quota("hard: {requests.ephemeral-storage: 1Gi}"),
         web(1, "requests: {ephemeral-storage: 2Gi}"), Verdict::Fails, "requests.ephemeral-storage 2Gi > 1Gi"},
        {"only best effort counts", quota("hard: {pods: \"1\"}, scopes: [BestEffort]"), web(2), Verdict::Fails,
         "web fits 1 replica"},
        {"best effort does not count", quota("hard: {pods: \"1\"}, scopes: [NotBestEffort]"), web(2)},
        {"pods with an end", quota("hard: {pods: \"0\"}, scopes: [Terminating]"), web(1)},
        {"a pod of others", quota("hard: {pods: \"2\"}") + pod("other"), web(2), Verdict::Fails,
         "web fits 1 replica, its spec asks for 2: pods 3 > 2"},
        {"its own pods are no others", quota("hard: {pods: \"2\"}") + web(2), web(2)},
        {"one more than there are", quota("hard: {pods: \"2\"}") + web(2), web(3), Verdict::Fails,
         "web fits 2 replicas"},
        {"storage", quota("hard: {requests.storage: 1Gi}"), claim("2Gi"), Verdict::Fails, "requests.storage 2Gi > 1Gi"},
        {"storage of one class", quota("hard: {gold.storageclass.storage.k8s.io/requests.storage: 1Gi}"),
         claim("2Gi", "gold"), Verdict::Fails, ""},
        {"objects of a kind", quota("hard: {count/deployments.apps: \"1\"}"), web(1) + web(1, "", "", "two"),
         Verdict::Fails, "count/deployments.apps 2 > 1"},
        {"config maps that are there count", quota("hard: {configmaps: \"1\"}"),
         "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
         "b}\n",
         Verdict::Fails, "configmaps"},
        {"node ports", quota("hard: {services.nodeports: \"1\"}"),
         service("s", "type: NodePort, ports: [{name: a, port: 80}, {name: b, port: 81}]"), Verdict::Fails,
         "services.nodeports 2 > 1"},
        {"a service without node ports", quota("hard: {services.nodeports: \"0\"}"),
         service("s", "ports: [{port: 80}]")},
    };
}

List limitSituations()
{
    return {
        {"above the maximum", limits("type: Container, max: {cpu: 100m}"), web(1, "limits: {cpu: 200m}"),
         Verdict::Fails, "limits.cpu 200m is above the maximum 100m of LimitRange l"},
        {"below the minimum", limits("type: Container, min: {memory: 64Mi}"), web(1, "limits: {memory: 32Mi}"),
         Verdict::Fails, "requests.memory 32Mi is below the minimum 64Mi"},
        {"between them", limits("type: Container, min: {cpu: 10m}, max: {cpu: 100m}"), web(1, "limits: {cpu: 50m}")},
        {"the maximum is the default", limits("type: Container, max: {cpu: 100m}"), web(1)},
        {"a limit of ten times the request", limits("type: Container, maxLimitRequestRatio: {cpu: 4}"),
         web(1, "requests: {cpu: 10m}, limits: {cpu: 100m}"), Verdict::Fails, "is too much for requests.cpu 10m"},
        {"a limit of four times the request", limits("type: Container, maxLimitRequestRatio: {cpu: 4}"),
         web(1, "requests: {cpu: 10m}, limits: {cpu: 40m}")},
        {"the containers of a pod together", limits("type: Pod, max: {memory: 100Mi}"),
         "apiVersion: v1\nkind: Pod\nmetadata: {name: two}\nspec: {containers: [{name: a, resources: {limits: {memory: "
         "60Mi}}}, {name: b, resources: {limits: {memory: 60Mi}}}]}\n",
         Verdict::Fails, "limits.memory 120Mi is above the maximum 100Mi"},
        {"a claim that is too large", limits("type: PersistentVolumeClaim, max: {storage: 1Gi}"), claim("2Gi"),
         Verdict::Fails, "requests.storage 2Gi is above the maximum 1Gi"},
        {"a claim that is too small", limits("type: PersistentVolumeClaim, min: {storage: 1Gi}"), claim("1Mi"),
         Verdict::Fails, "requests.storage 1Mi is below the minimum 1Gi"},
    };
}

List nodeSituations()
{
    return {
        {"more cpu than any node has", "", web(1, "requests: {cpu: 1000}"), Verdict::Fails,
         "no node takes a pod of web"},
        {"two nodes for two slots", "", web(3, "limits: {example.com/slots: 1}"), Verdict::Fails,
         "web fits 2 replicas"},
        {"a name that no node has", "", web(1, "", "nodeSelector: {fit.example/disk: none}"), Verdict::Fails,
         "not matching its node selector"},
        {"a taint that is not tolerated", "", web(1, "", onlyNode + "c}"), Verdict::Fails,
         "with the taint fit.example/only=batch:NoSchedule"},
        {"a taint that is tolerated", "",
         web(1, "", onlyNode + "c}, tolerations: [{key: fit.example/only, value: batch, effect: NoSchedule}]")},
        {"a toleration of another value", "",
         web(1, "", onlyNode + "c}, tolerations: [{key: fit.example/only, value: web, effect: NoSchedule}]"),
         Verdict::Fails, "with the taint"},
        {"a cordoned node", "", web(1, "", onlyNode + "e}"), Verdict::Fails, "cordoned"},
        {"as many pods as a node may run", "", web(2, "", onlyNode + "d}"), Verdict::Fails, "web fits 1 replica"},
        {"node affinity: more than", "",
         web(1, "", nodeAffinity("key: fit.example/cores, operator: Gt, values: [\"2\"]"))},
        {"node affinity: more than there is", "",
         web(1, "", nodeAffinity("key: fit.example/cores, operator: Gt, values: [\"4\"]")), Verdict::Fails,
         "not matching its node selector or affinity"},
        {"node affinity: not in", "",
         web(1, "", nodeAffinity("key: fit.example/zone, operator: NotIn, values: [y, z]"))},
        {"node affinity: no such label", "",
         web(1, "", nodeAffinity("key: fit.example/zone, operator: DoesNotExist, values: []")), Verdict::Fails,
         "not matching its node selector or affinity"},
        {"apart, in two zones", "", web(2, "", apart)},
        {"apart, and one zone too few", "", web(3, "", apart), Verdict::Fails, "web fits 2 replicas"},
        {"beside each other", "", web(3, "", together)},
        {"beside nobody", "", web(1, "", beside), Verdict::Fails, "without a pod that it must be beside"},
        {"spread over zones", "", web(4, "", spread("fit.example/zone"))},
        {"spread, and one zone has no room", "", web(3, "limits: {example.com/places: 1}", spread("fit.example/zone")),
         Verdict::Fails, "web fits 1 replica"},
        {"spread over what no node has", "", web(1, "", spread("fit.example/rack")), Verdict::Fails,
         "lacking the label fit.example/rack"},
        {"a host port on one node", "",
         "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 2\n  selector: "
         "{matchLabels: "
         "{app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {nodeSelector: {fit.example/node: "
         "a}, "
         "containers: [{name: c, ports: [{containerPort: 80, hostPort: 31999}]}]}\n",
         Verdict::Fails, "web fits 1 replica"},
    };
}

List securityAndVolumeSituations()
{
    const char *const restricted = "pod-security.kubernetes.io/enforce: restricted";
    const char *const baseline = "pod-security.kubernetes.io/enforce: baseline";
    return {
        {"restricted, and the pod may become root", "", web(1), Verdict::Fails, "Pod Security level restricted",
         restricted, true},
        {"restricted, and the pod complies", "",
         "apiVersion: v1\nkind: Pod\nmetadata: {name: safe}\nspec: {securityContext: {runAsNonRoot: true, runAsUser: "
         "1000, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, securityContext: "
         "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}\n",
         Verdict::Fits, "", restricted},
        {"baseline, and the pod is plain", "", web(1), Verdict::Fits, "", baseline},
        {"baseline, and the pod uses the host's network", "", web(1, "", "hostNetwork: true"), Verdict::Fails,
         "hostNetwork is true", baseline, true},
        {"no such storage class", "", claim("1Mi", "nosuch") + web(1, "", mounting), Verdict::Fails,
         "the cluster has no storage class nosuch"},
        {"the default storage class", "", claim("1Mi") + web(1, "", mounting), Verdict::Fits, "", "", false, true},
        {"a claim that nobody makes", "", web(1, "", mounting), Verdict::Fails, "there is no volume claim data"},
    };
}

} // namespace

const std::vector<std::pair<std::string, std::string>> testNodes = {
    {"a", ""},
    {"b", ""},
    {"c", "taints: [{key: fit.example/only, value: batch, effect: NoSchedule}]"},
    {"d", ""},
    {"e", "unschedulable: true"},
};

std::string labelsOfNode(const std::string &name)
{
    const std::string zone = name == "a" ? "x" : name == "b" ? "y" : "z";
    // Only a and b take part in what is about zones: the others are reached by name.
    return "fit.example/node: " + name + ", fit.example/cores: \"4\"" +
           (name == "a" || name == "b" ? ", fit.example/pair: \"yes\", fit.example/zone: " + zone : "");
}

const std::vector<Situation> &situations()
{
    static const List all = [] {
        List list;
        for (List part : {quotaSituations(), limitSituations(), nodeSituations(), securityAndVolumeSituations()})
            list.insert(list.end(), part.begin(), part.end());
        return list;
    }();
    return all;
}

} // namespace binnacle::contract
