// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulator/Defaults.h"

#include "simulator/CustomResources.h"

#include "simulator/Text.h"

#include <nlohmann/json.hpp>

namespace binnacle::simulator {

using core::Json;

namespace {

void fill(Json &object, const char *field, Json value)
{
    if (!object.contains(field))
        object[field] = std::move(value);
}

std::string imageTag(const std::string &image)
{
    if (image.find('@') != std::string::npos)
        return "digest";
    const auto slash = image.rfind('/');
    const auto colon = image.rfind(':');
    return colon == std::string::npos || (slash != std::string::npos && colon < slash) ? "latest"
                                                                                       : image.substr(colon + 1);
}

void setProbeDefaults(Json &probe)
{
    fill(probe, "timeoutSeconds", 1);
    fill(probe, "periodSeconds", 10);
    fill(probe, "successThreshold", 1);
    fill(probe, "failureThreshold", 3);
    if (probe.contains("httpGet")) {
        fill(probe["httpGet"], "path", "/");
        fill(probe["httpGet"], "scheme", "HTTP");
    }
}

/// Maps without an entry are not kept.
void dropEmpty(Json &owner, std::initializer_list<const char *> fields)
{
    for (const char *const field : fields)
        if (owner.contains(field) && owner[field].empty())
            owner.erase(field);
}

void setContainerDefaults(Json &container)
{
    fill(container, "terminationMessagePath", "/dev/termination-log");
    fill(container, "terminationMessagePolicy", "File");
    fill(container, "imagePullPolicy", imageTag(textAt(container, {"image"})) == "latest" ? "Always" : "IfNotPresent");
    fill(container, "resources", Json::object());
    dropEmpty(container["resources"], {"limits", "requests"});
    if (container.contains("ports"))
        for (Json &port : container["ports"])
            fill(port, "protocol", "TCP");
    for (const char *const probe : {"livenessProbe", "readinessProbe", "startupProbe"})
        if (container.contains(probe))
            setProbeDefaults(container[probe]);
    if (container.contains("env"))
        for (Json &variable : container["env"])
            if (variable.contains("valueFrom") && variable["valueFrom"].contains("fieldRef"))
                fill(variable["valueFrom"]["fieldRef"], "apiVersion", "v1");
}

/// A limit without a request is also the request: of pods only, templates stay as they were written.
void setRequestDefaults(Json &podSpec)
{
    for (const char *const list : {"containers", "initContainers"}) {
        if (!podSpec.contains(list))
            continue;
        for (Json &container : podSpec[list]) {
            const Json limits = at(container, {"resources", "limits"});
            for (const auto &[name, quantity] : limits.items())
                fill(container["resources"]["requests"], name.c_str(), quantity);
        }
    }
}

void setVolumeDefaults(Json &volume)
{
    if (volume.size() == 1)
        volume["emptyDir"] = Json::object();
    for (const char *const kind : {"secret", "configMap", "downwardAPI", "projected"})
        if (volume.contains(kind))
            fill(volume[kind], "defaultMode", 420);
    if (volume.contains("hostPath"))
        fill(volume["hostPath"], "type", "");
    if (volume.contains("projected") && volume["projected"].contains("sources"))
        for (Json &source : volume["projected"]["sources"])
            if (source.contains("serviceAccountToken"))
                fill(source["serviceAccountToken"], "expirationSeconds", 3600);
}

void setTemplateDefaults(Json &owner)
{
    if (owner.contains("template")) {
        fill(owner["template"], "metadata", Json::object());
        dropEmpty(owner["template"]["metadata"], {"annotations", "labels"});
        setPodSpecDefaults(owner["template"]["spec"]);
    }
}

void setClaimDefaults(Json &claim)
{
    fill(claim["spec"], "volumeMode", "Filesystem");
}

void setDeploymentDefaults(Json &spec)
{
    fill(spec, "replicas", 1);
    fill(spec, "revisionHistoryLimit", 10);
    fill(spec, "progressDeadlineSeconds", 600);
    Json &strategy = spec["strategy"];
    if (!strategy.is_object())
        strategy = Json::object();
    fill(strategy, "type", "RollingUpdate");
    if (strategy["type"] == "RollingUpdate") {
        fill(strategy["rollingUpdate"], "maxSurge", "25%");
        fill(strategy["rollingUpdate"], "maxUnavailable", "25%");
    }
    setTemplateDefaults(spec);
}

void setStatefulSetDefaults(Json &spec)
{
    fill(spec, "replicas", 1);
    fill(spec, "revisionHistoryLimit", 10);
    fill(spec, "podManagementPolicy", "OrderedReady");
    fill(spec["updateStrategy"], "type", "RollingUpdate");
    if (spec["updateStrategy"]["type"] == "RollingUpdate")
        fill(spec["updateStrategy"]["rollingUpdate"], "partition", 0);
    Json &retention = spec["persistentVolumeClaimRetentionPolicy"];
    fill(retention, "whenDeleted", "Retain");
    fill(retention, "whenScaled", "Retain");
    if (spec.contains("volumeClaimTemplates"))
        for (Json &claim : spec["volumeClaimTemplates"]) {
            fill(claim, "apiVersion", "v1");
            fill(claim, "kind", "PersistentVolumeClaim");
            setClaimDefaults(claim);
            fill(claim, "status", Json{{"phase", "Pending"}});
        }
    setTemplateDefaults(spec);
}

void setDaemonSetDefaults(Json &spec)
{
    fill(spec, "revisionHistoryLimit", 10);
    fill(spec["updateStrategy"], "type", "RollingUpdate");
    if (spec["updateStrategy"]["type"] == "RollingUpdate") {
        fill(spec["updateStrategy"]["rollingUpdate"], "maxSurge", 0);
        fill(spec["updateStrategy"]["rollingUpdate"], "maxUnavailable", 1);
    }
    setTemplateDefaults(spec);
}

void setJobSpecDefaults(Json &spec)
{
    if (!spec.contains("parallelism") && !spec.contains("completions")) {
        spec["parallelism"] = 1;
        spec["completions"] = 1;
    }
    fill(spec, "parallelism", 1);
    fill(spec, "backoffLimit", 6);
    fill(spec, "completionMode", "NonIndexed");
    fill(spec, "suspend", false);
    fill(spec, "podReplacementPolicy", "TerminatingOrFailed");
    setTemplateDefaults(spec);
}

void setServiceDefaults(Json &spec)
{
    fill(spec, "sessionAffinity", "None");
    fill(spec, "type", "ClusterIP");
    const std::string type = textAt(spec, {"type"});
    if (spec.contains("ports"))
        for (Json &port : spec["ports"]) {
            fill(port, "protocol", "TCP");
            fill(port, "targetPort", at(port, {"port"}));
        }
    if (type == "NodePort" || type == "LoadBalancer")
        fill(spec, "externalTrafficPolicy", "Cluster");
    if (type == "LoadBalancer")
        fill(spec, "allocateLoadBalancerNodePorts", true);
    if (type != "ExternalName") {
        fill(spec, "internalTrafficPolicy", "Cluster");
        fill(spec, "ipFamilies", Json{"IPv4"});
        fill(spec, "ipFamilyPolicy", "SingleStack");
    }
}

void setAutoscalerDefaults(Json &spec)
{
    fill(spec, "minReplicas", 1);
    if (!spec.contains("metrics"))
        spec["metrics"] = Json::array(
            {{{"type", "Resource"},
              {"resource", {{"name", "cpu"}, {"target", {{"type", "Utilization"}, {"averageUtilization", 80}}}}}}});
}

void setNetworkPolicyDefaults(Json &spec)
{
    for (const char *const direction : {"ingress", "egress"})
        if (spec.contains(direction))
            for (Json &rule : spec[direction])
                if (rule.contains("ports"))
                    for (Json &port : rule["ports"])
                        fill(port, "protocol", "TCP");
    if (!spec.contains("policyTypes")) {
        spec["policyTypes"] = Json::array({"Ingress"});
        if (spec.contains("egress"))
            spec["policyTypes"].push_back("Egress");
    }
}

void setBindingDefaults(Json &object)
{
    if (object.contains("roleRef"))
        fill(object["roleRef"], "apiGroup", "rbac.authorization.k8s.io");
    if (object.contains("subjects"))
        for (Json &subject : object["subjects"])
            if (textAt(subject, {"kind"}) != "ServiceAccount")
                fill(subject, "apiGroup", "rbac.authorization.k8s.io");
}

void setLimitRangeDefaults(Json &spec)
{
    if (!spec.contains("limits"))
        return;
    for (Json &limit : spec["limits"]) {
        for (const char *const bound : {"min", "max", "default", "defaultRequest", "maxLimitRequestRatio"})
            if (limit.contains(bound) && limit[bound].empty())
                limit.erase(bound);
        if (textAt(limit, {"type"}) != "Container")
            continue;
        const Json maximum = at(limit, {"max"});
        for (const auto &[name, quantity] : maximum.items())
            fill(limit["default"], name.c_str(), quantity);
        const Json standard = at(limit, {"default"});
        for (const auto &[name, quantity] : standard.items())
            fill(limit["defaultRequest"], name.c_str(), quantity);
        const Json minimum = at(limit, {"min"});
        for (const auto &[name, quantity] : minimum.items())
            fill(limit["defaultRequest"], name.c_str(), quantity);
    }
}

void setCoreDefaults(const Resource &resource, Json &object)
{
    const std::string &kind = resource.kind;
    if (kind == "Pod") {
        setPodSpecDefaults(object["spec"]);
        setRequestDefaults(object["spec"]);
        fill(object["spec"], "enableServiceLinks", true);
    } else if (kind == "Service") {
        setServiceDefaults(object["spec"]);
    } else if (kind == "PersistentVolumeClaim") {
        setClaimDefaults(object);
    } else if (kind == "PersistentVolume") {
        fill(object["spec"], "volumeMode", "Filesystem");
        fill(object["spec"], "persistentVolumeReclaimPolicy", "Retain");
    } else if (kind == "Secret") {
        fill(object, "type", "Opaque");
    } else if (kind == "LimitRange") {
        setLimitRangeDefaults(object["spec"]);
    } else if (kind == "ResourceQuota") {
        if (at(object, {"spec", "hard"}).empty() && at(object, {"spec"}).contains("hard"))
            object["spec"].erase("hard");
    } else if (kind == "Namespace") {
        object["metadata"]["labels"]["kubernetes.io/metadata.name"] = object["metadata"]["name"];
        fill(object, "spec", Json::object());
        fill(object["spec"], "finalizers", Json::array({"kubernetes"}));
    } else if (kind == "ReplicationController") {
        fill(object["spec"], "replicas", 1);
        setTemplateDefaults(object["spec"]);
    } else if (kind == "PodTemplate") {
        setTemplateDefaults(object);
    }
}

} // namespace

void setPodSpecDefaults(Json &spec)
{
    if (!spec.is_object())
        return;
    fill(spec, "restartPolicy", "Always");
    fill(spec, "dnsPolicy", "ClusterFirst");
    fill(spec, "schedulerName", "default-scheduler");
    fill(spec, "terminationGracePeriodSeconds", 30);
    fill(spec, "securityContext", Json::object());
    if (spec.contains("serviceAccountName"))
        fill(spec, "serviceAccount", spec["serviceAccountName"]);
    for (const char *const list : {"containers", "initContainers"})
        if (spec.contains(list))
            for (Json &container : spec[list])
                setContainerDefaults(container);
    if (spec.contains("volumes"))
        for (Json &volume : spec["volumes"])
            setVolumeDefaults(volume);
}

void setDefaults(const Resource &resource, Json &object)
{
    const std::string &kind = resource.kind;
    if (resource.custom) {
        setCustomDefaults(at(*resource.definition, {"schema", "openAPIV3Schema"}), object);
        return;
    }
    if (resource.group.empty())
        setCoreDefaults(resource, object);
    else if (kind == "Deployment")
        setDeploymentDefaults(object["spec"]);
    else if (kind == "StatefulSet")
        setStatefulSetDefaults(object["spec"]);
    else if (kind == "DaemonSet")
        setDaemonSetDefaults(object["spec"]);
    else if (kind == "ReplicaSet") {
        fill(object["spec"], "replicas", 1);
        setTemplateDefaults(object["spec"]);
    } else if (kind == "Job")
        setJobSpecDefaults(object["spec"]);
    else if (kind == "CronJob") {
        Json &spec = object["spec"];
        fill(spec, "concurrencyPolicy", "Allow");
        fill(spec, "suspend", false);
        fill(spec, "successfulJobsHistoryLimit", 3);
        fill(spec, "failedJobsHistoryLimit", 1);
        // Only the pod template of a job template is defaulted; the job's own fields are when a job is made.
        fill(spec["jobTemplate"], "metadata", Json::object());
        setTemplateDefaults(spec["jobTemplate"]["spec"]);
    } else if (kind == "HorizontalPodAutoscaler")
        setAutoscalerDefaults(object["spec"]);
    else if (kind == "NetworkPolicy")
        setNetworkPolicyDefaults(object["spec"]);
    else if (kind == "RoleBinding" || kind == "ClusterRoleBinding")
        setBindingDefaults(object);
    else if (kind == "StorageClass") {
        fill(object, "reclaimPolicy", "Delete");
        fill(object, "volumeBindingMode", "Immediate");
    } else if (kind == "CustomResourceDefinition") {
        Json &names = object["spec"]["names"];
        fill(names, "singular", lower(textAt(names, {"kind"})));
        fill(names, "listKind", textAt(names, {"kind"}) + "List");
        fill(object["spec"], "conversion", Json{{"strategy", "None"}});
    }
}

} // namespace binnacle::simulator
