// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace binnacle::kube {
struct ContextSummary;
}

namespace binnacle::widgets {

/// Before a kubeconfig's credential plug-in runs for the first time: which program, with which arguments, for which
/// context. A kubeconfig that somebody sent may name any program. The focus starts on Cancel.
class PluginConsentDialog : public QDialog
{
    Q_OBJECT

public:
    explicit PluginConsentDialog(const kube::ContextSummary &context, QWidget *parent = nullptr);
};

} // namespace binnacle::widgets
