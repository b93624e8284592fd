// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Kubeconfig.h"

#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <string>

class QSettings;

namespace binnacle::gui {

/// What the operator has decided about contexts: which were used last, which are read-only, which credential plug-ins
/// may run. Kubeconfigs are never written; this lives in the program's settings.
class ContextPreferences
{
public:
    /// An empty file: the system's place for settings.
    explicit ContextPreferences(const QString &file = {});
    ~ContextPreferences();

    /// The last used first.
    [[nodiscard]] QStringList recent() const;
    void markUsed(const core::ContextName &context);

    /// Until somebody decides, contexts of clusters that are named like production are.
    [[nodiscard]] bool isReadOnly(const kube::ContextSummary &context) const;
    void setReadOnly(const core::ContextName &context, bool on);

    /// What the operator chose to see of this context: the name or path of a stack, or an empty text for whatever runs
    /// there. Nothing: no choice was made.
    [[nodiscard]] std::optional<std::string> picture(const core::ContextName &context) const;
    void setPicture(const core::ContextName &context, const std::optional<std::string> &picture);

    /// Whether this context may run this very command with these arguments.
    [[nodiscard]] bool mayRunPlugin(const kube::ContextSummary &context) const;
    void allowPlugin(const kube::ContextSummary &context);

private:
    std::unique_ptr<QSettings> m_settings;
};

/// By the words in the names of context, cluster and server: "prod", "production", "prd", "live". "nonprod" and
/// "reproduce" are not.
[[nodiscard]] bool looksLikeProduction(const kube::ContextSummary &context);

} // namespace binnacle::gui
