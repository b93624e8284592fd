// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/Store.h"
#include "operations/StackKeys.h"

#include <QObject>
#include <QTimer>

namespace binnacle::gui {

/// Which keys of Secrets and config maps the shown stack needs and the cluster lacks, also before it is deployed.
/// Asks anew when one of those has changed in the store, which itself holds no keys of Secrets.
class RequiredKeys : public QObject
{
    Q_OBJECT

public:
    /// `store` must live as long.
    RequiredKeys(std::shared_ptr<kube::Client> client, cluster::Store &store, stack::Stack stack,
                 QObject *parent = nullptr);
    ~RequiredKeys() override;

    /// Nothing is missing as long as nobody has answered, or may.
    [[nodiscard]] const operations::MissingStackKeys &missing() const { return m_missing; }

signals:
    void changed();

private:
    void render();
    void ask();

    std::shared_ptr<kube::Client> m_client;
    std::shared_ptr<const stack::Stack> m_stack;
    std::shared_ptr<const std::vector<core::Json>> m_objects; ///< null: not rendered, or it cannot be
    std::set<kube::ObjectKey> m_named;                        ///< what the stack names
    operations::MissingStackKeys m_missing;
    core::CancellationSource m_asking;
    QTimer m_pause; ///< a deploy writes many at once
};

} // namespace binnacle::gui
