// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/ResourcePath.h"

#include <QByteArray>

namespace binnacle::kube {

std::string encodeSegment(std::string_view segment)
{
    return QByteArray(segment.data(), static_cast<qsizetype>(segment.size())).toPercentEncoding(":").toStdString();
}

std::string collectionPath(const ApiResource &resource, const core::Namespace &nameSpace)
{
    std::string path = resource.gvr.group.empty() ? "/api/" + resource.gvr.version
                                                  : "/apis/" + resource.gvr.group + "/" + resource.gvr.version;
    if (resource.namespaced && !nameSpace.isEmpty())
        path += "/namespaces/" + encodeSegment(nameSpace.value());
    return path + "/" + resource.gvr.resource;
}

std::string objectPath(const ApiResource &resource, const core::Namespace &nameSpace, std::string_view name,
                       std::string_view subresource)
{
    std::string path = collectionPath(resource, nameSpace) + "/" + encodeSegment(name);
    if (!subresource.empty())
        path += "/" + std::string(subresource);
    return path;
}

} // namespace binnacle::kube
