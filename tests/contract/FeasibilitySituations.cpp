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

/// A StatefulSet whose pods claim so much of the default class, or of the one that is named.
std::string set(int replicas, const std::string &size, const std::string &storageClass = {})
{
    return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  replicas: " +
           std::to_string(replicas) +
           "\n  podManagementPolicy: Parallel\n  selector: {matchLabels: {app: db}}\n  template:\n    metadata: "
           "{labels: {app: db}}\n    spec: {containers: [{name: c}]}\n" +
           (size.empty() ? std::string()
                         : "  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], " +
                               (storageClass.empty() ? std::string() : "storageClassName: " + storageClass + ", ") +
                               "resources: {requests: {storage: " + size + "}}}}]\n") +
           "---\n";
}

std::string daemon()
{
    return "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:\n  selector: {matchLabels: {app: "
           "agent}}\n  template:\n    metadata: {labels: {app: agent}}\n    spec: {containers: [{name: c}]}\n---\n";
}

std::string job(int parallelism)
{
    return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: work}\nspec:\n  parallelism: " +
           std::to_string(parallelism) +
           "\n  template:\n    metadata: {labels: {app: work}}\n    spec: {restartPolicy: Never, containers: [{name: "
           "c}]}\n---\n";
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

/// What limit ranges fill in is held against what the manifest says.
List requestSituations()
{
    return {
        {"a request above the default limit", limits("type: Container, default: {cpu: 10m}"),
         web(1, "requests: {cpu: 50m}"), Verdict::Fails, "container c: requests.cpu 50m is more than limits.cpu 10m"},
        {"a request below the default limit", limits("type: Container, default: {cpu: 100m}"),
         web(1, "requests: {cpu: 50m}")},
        {"a limit below the default request",
         limits("type: Container, default: {memory: 200Mi}, defaultRequest: {memory: 100Mi}"),
         web(1, "limits: {memory: 50Mi}")},
        {.name = "a request above the limit",
         .given = "",
         .tried = web(1, "requests: {cpu: 10m}, limits: {cpu: 5m}"),
         .verdict = Verdict::Fails,
         .says = "the server refuses Deployment web, container c: requests.cpu 10m is more than limits.cpu 5m",
         .invalid = true},
        {.name = "fewer slots asked for than allowed",
         .given = "",
         .tried = web(1, "requests: {example.com/slots: 1}, limits: {example.com/slots: 2}"),
         .verdict = Verdict::Fails,
         .says = "requests.example.com/slots 1 is less than limits.example.com/slots 2",
         .invalid = true},
        {.name = "slots without a limit",
         .given = "",
         .tried = web(1, "requests: {example.com/slots: 1}"),
         .verdict = Verdict::Fails,
         .says = "requests.example.com/slots needs a limit",
         .invalid = true},
    };
}

List defaultClassSituations()
{
    const std::string ofStandard = "standard.storageclass.storage.k8s.io/";
    return {
        {"storage of the default class", quota("hard: {" + ofStandard + "requests.storage: 1Gi}"), claim("2Gi"),
         Verdict::Fails, "standard.storageclass.storage.k8s.io/requests.storage 2Gi > 1Gi of the quota q"},
        {"claims of the default class", quota("hard: {" + ofStandard + "persistentvolumeclaims: \"0\"}"), claim("1Mi"),
         Verdict::Fails, "persistentvolumeclaims 1 > 0"},
        {"another class than the default", quota("hard: {gold.storageclass.storage.k8s.io/persistentvolumeclaims: 0}"),
         claim("1Mi") + web(1)},
        {"claims of a stateful set of the default class",
         quota("hard: {" + ofStandard + "persistentvolumeclaims: \"1\"}"), set(2, "1Mi"), Verdict::Fails,
         "persistentvolumeclaims 2 > 1"},
        {"storage of a stateful set of the default class", quota("hard: {" + ofStandard + "requests.storage: 3Mi}"),
         set(2, "2Mi"), Verdict::Fails, "requests.storage 4Mi > 3Mi"},
    };
}

/// What controllers make of what is applied.
List madeSituations()
{
    return {
        {"no replica set", quota("hard: {count/replicasets.apps: \"0\"}"), web(1), Verdict::Fails,
         "web needs a ReplicaSet, which is refused: count/replicasets.apps 1 > 0 of the quota q"},
        {"a replica set", quota("hard: {count/replicasets.apps: \"12\"}"), web(1)},
        {"one replica set for two", quota("hard: {count/replicasets.apps: \"1\"}") + web(1),
         web(1) + web(1, "", "", "two"), Verdict::Fails, "two needs a ReplicaSet, which is refused"},
        {"no room for a roll-out", quota("hard: {count/replicasets.apps: \"1\"}"), web(1), Verdict::Fits,
         "a roll-out of web needs one more ReplicaSet, which will be refused: count/replicasets.apps 2 > 1"},
        {.name = "no controller revision of a stateful set",
         .given = quota("hard: {count/controllerrevisions.apps: \"0\"}"),
         .tried = set(1, ""),
         .verdict = Verdict::Fails,
         .says = "db needs a ControllerRevision, which is refused: count/controllerrevisions.apps 1 > 0",
         .silent = true},
        {.name = "no controller revision of a daemon set",
         .given = quota("hard: {count/controllerrevisions.apps: \"0\"}"),
         .tried = daemon(),
         .verdict = Verdict::Fails,
         .says = "agent needs a ControllerRevision, which is refused",
         .silent = true},
        {"a controller revision", quota("hard: {count/controllerrevisions.apps: \"12\"}"), set(1, "")},
        {"no job", quota("hard: {count/jobs.batch: \"0\"}"), job(1), Verdict::Fails, "count/jobs.batch 1 > 0"},
        {"more pods at once than the quota has", quota("hard: {pods: \"2\"}"), job(3), Verdict::Fits,
         "Job work runs 2 of its 3 pods at once while everything else runs, the rest are refused until there is room: "
         "pods 3 > 2 of the quota q"},
    };
}

/// What pods name must be there.
List referenceSituations()
{
    return {
        {"no such service account", "", web(1, "", "serviceAccountName: nobody"), Verdict::Fails,
         "there is no service account nobody in namespace"},
        {"a service account of the stack", "",
         "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: own}\n---\n" + web(1, "", "serviceAccountName: own")},
        {"a service account that is there", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: given}\n---\n",
         web(1, "", "serviceAccountName: given")},
        {"the service account of every namespace", "", web(1, "", "serviceAccountName: default")},
        {"no such priority class", "", web(1, "", "priorityClassName: nosuch"), Verdict::Fails,
         "there is no priority class nosuch"},
        {"a priority class of the system's", "", web(1, "", "priorityClassName: system-cluster-critical")},
        {"no such runtime class", "", web(1, "", "runtimeClassName: nosuch"), Verdict::Fails,
         "there is no runtime class nosuch"},
    };
}

/// What a runtime class adds to pods. Node c is left to them: it is about its cpus.
List runtimeSituations()
{
    const std::string onC = ", " + onlyNode + "c}, tolerations: [{key: fit.example/only, operator: Exists}]";
    const std::string heavy = "runtimeClassName: heavy", light = "runtimeClassName: light";
    return {
        {"room for two with their overhead", "", web(3, "requests: {cpu: 1}", heavy + onC), Verdict::Fails,
         "web fits 2 replicas"},
        {"room for all with their overhead", "", web(2, "requests: {cpu: 50m}", light + onC)},
        {"a quota without room for the overhead", quota("hard: {requests.cpu: 100m}"),
         web(1, "requests: {cpu: 50m}", light), Verdict::Fails, "requests.cpu 150m > 100m", "", 21},
        {"a quota with room for the overhead", quota("hard: {requests.cpu: 300m, limits.memory: 64Mi}"),
         web(2, "requests: {cpu: 50m}, limits: {memory: 10Mi}", light)},
        {"a limit range that leaves the overhead alone", limits("type: Pod, max: {cpu: 60m}"),
         web(1, "limits: {cpu: 50m}", light)},
        {"the class's nodes", "", web(1, "", "runtimeClassName: zoned")},
        {"other nodes than the class's", "", web(1, "", "runtimeClassName: zoned, nodeSelector: {fit.example/zone: y}"),
         Verdict::Fails, "their node selector asks for fit.example/zone=y"},
        {"none of the class's nodes", "", web(1, "", "runtimeClassName: zoned, " + onlyNode + "b}"), Verdict::Fails,
         "not matching its node selector"},
        {"a taint that the class tolerates", "", web(1, "", "runtimeClassName: tolerant, " + onlyNode + "c}")},
        {"the class's overhead, stated", "", web(1, "", light + ", overhead: {cpu: \"0.1\"}")},
        {"another overhead than the class's", "", web(1, "", light + ", overhead: {cpu: 1m}"), Verdict::Fails,
         "they state another overhead than the runtime class"},
        {"overhead of no class", "", web(1, "", "overhead: {cpu: 1m}"), Verdict::Fails,
         "they state an overhead, and name no runtime class that has it"},
    };
}

/// What is wrong with one workload hides nothing of another, and what is refused takes nothing from it.
List neighbourSituations()
{
    return {
        {.name = "two that no node takes",
         .given = "",
         .tried =
             web(1, "limits: {example.com/nosuch: 1}") + web(1, "", "nodeSelector: {fit.example/disk: none}", "two"),
         .verdict = Verdict::Fails,
         .says = "no node takes a pod of web",
         .also = "no node takes a pod of two"},
        {.name = "a neighbour that the limit range refuses",
         .given = quota("hard: {pods: \"1\"}") + limits("type: Container, max: {cpu: 100m}"),
         .tried = web(2, "limits: {cpu: 50m}") + web(1, "limits: {cpu: 200m}", "", "two"),
         .verdict = Verdict::Fails,
         .says = "limits.cpu 200m is above the maximum 100m",
         .also = "web fits 1 replica, its spec asks for 2: pods 2 > 1"},
        {.name = "a neighbour that is larger than the quota",
         .given = quota("hard: {requests.cpu: 100m}"),
         .tried = web(2, "requests: {cpu: 60m}") + web(1, "requests: {cpu: 200m}", "", "two"),
         .verdict = Verdict::Fails,
         .says = "two fits 0 replicas",
         .also = "web fits 1 replica"},
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
         restricted, 23},
        {"restricted, and the pod complies", "",
         "apiVersion: v1\nkind: Pod\nmetadata: {name: safe}\nspec: {securityContext: {runAsNonRoot: true, runAsUser: "
         "1000, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, securityContext: "
         "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}\n",
         Verdict::Fits, "", restricted},
        {"baseline, and the pod is plain", "", web(1), Verdict::Fits, "", baseline},
        {"baseline, and the pod uses the host's network", "", web(1, "", "hostNetwork: true"), Verdict::Fails,
         "hostNetwork is true", baseline, 23},
        {"no such storage class", "", claim("1Mi", "nosuch") + web(1, "", mounting), Verdict::Fails,
         "the cluster has no storage class nosuch"},
        {"the default storage class", "", claim("1Mi") + web(1, "", mounting), Verdict::Fits, "", "", 0, true},
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

const std::vector<std::pair<std::string, std::string>> testRuntimeClasses = {
    {"heavy", "overhead: {podFixed: {cpu: 700m}}"},
    {"light", "overhead: {podFixed: {cpu: 100m}}"},
    {"zoned", "scheduling: {nodeSelector: {fit.example/zone: x}}"},
    {"tolerant", "scheduling: {tolerations: [{key: fit.example/only, value: batch, effect: NoSchedule}]}"},
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
        for (List part : {quotaSituations(), limitSituations(), requestSituations(), defaultClassSituations(),
                          madeSituations(), referenceSituations(), runtimeSituations(), neighbourSituations(),
                          nodeSituations(), securityAndVolumeSituations()})
            list.insert(list.end(), part.begin(), part.end());
        return list;
    }();
    return all;
}

} // namespace binnacle::contract
