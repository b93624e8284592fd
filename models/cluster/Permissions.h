// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/AccessRules.h"
#include "core/Clock.h"
#include "kube/Client.h"

#include <QObject>

#include <memory>
#include <vector>

namespace binnacle::cluster {

/// What this user may do, so that actions can be disabled and say why before they fail. One SelfSubjectRulesReview a
/// namespace, cached for ten minutes; where that cannot tell, one SelfSubjectAccessReview a question. Lives in one
/// thread; answers arrive as changed(). Never a reason to allow: the server still decides.
class Permissions : public QObject
{
    Q_OBJECT

public:
    Permissions(std::shared_ptr<kube::Client> client, const core::Clock &clock, QObject *parent = nullptr);
    ~Permissions() override;

    /// Asks for these namespaces' rules unless they are known and fresh.
    void load(const std::vector<core::Namespace> &nameSpaces);
    /// At once, from the cache. Unknown also asks the server; changed() follows.
    [[nodiscard]] Permission may(const AccessQuery &query);
    /// Asks the server about exactly this.
    [[nodiscard]] QFuture<core::Result<Permission>> review(const AccessQuery &query);

signals:
    void changed();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace binnacle::cluster
