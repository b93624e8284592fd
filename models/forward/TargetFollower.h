// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Clock.h"
#include "core/Random.h"
#include "forward/ForwardTarget.h"
#include "kube/Client.h"
#include "kube/Reflector.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>

namespace binnacle::forward {

/// Follows a target and the pods behind it by watches of just those objects, so that a new connection knows at once
/// where to go, and the end of a pod is known before somebody connects.
class TargetFollower : public QObject
{
    Q_OBJECT

public:
    TargetFollower(std::shared_ptr<kube::Client> client, kube::ObjectKey target, const core::Clock &clock,
                   core::Random &random, QObject *parent = nullptr);
    ~TargetFollower() override;

    void start();
    /// On new connections, at once.
    void reconnect();

    /// The whole object; null as long as it is not known, is not there, or is a Pod.
    [[nodiscard]] const core::Json *object() const;
    [[nodiscard]] std::vector<kube::RecordPointer> pods() const;
    /// Target and pods have been listed once.
    [[nodiscard]] bool isKnown() const;
    /// Why not, or why what is known may be old; nothing: all is well.
    [[nodiscard]] const std::optional<core::Error> &error() const { return m_error; }

signals:
    void changed();

private:
    struct Collection;

    void followPods();
    [[nodiscard]] std::unique_ptr<Collection> follow(const core::GroupKind &kind,
                                                     std::pair<std::string, std::string> selection);
    [[nodiscard]] bool isPod() const { return m_target.kind.kind == "Pod"; }
    void targetChanged();
    void report(const kube::reflector::Report &report);

    std::shared_ptr<kube::Client> m_client;
    kube::ObjectKey m_target;
    const core::Clock &m_clock;
    core::Random &m_random;
    std::unique_ptr<Collection> m_objects; ///< the target alone; null for a Pod
    std::unique_ptr<Collection> m_pods;
    std::string m_selector;
    std::optional<core::Error> m_error;
};

} // namespace binnacle::forward
