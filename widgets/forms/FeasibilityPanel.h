// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/EditImpact.h"
#include "operations/EditSession.h"

#include <QFuture>
#include <QTimer>
#include <QWidget>

class QLabel;

namespace binnacle::widgets {

/// Under a form: what the edit, as it stands, would newly break or mend of what fits the cluster, what is broken
/// already and stays so, and where nothing is how many replicas fit. Reads the namespace when it is made and when the
/// object changes; judges in another thread, a moment after the last key stroke. Hides where an edit of the kind
/// changes nothing of that.
class FeasibilityPanel : public QWidget
{
    Q_OBJECT

public:
    /// The session outlives the panel.
    FeasibilityPanel(std::shared_ptr<kube::Client> client, const operations::EditSession &session,
                     QWidget *parent = nullptr);
    ~FeasibilityPanel() override;

    /// Reads the cluster again.
    void refresh();
    /// Of the edit as it stands now. Empty where the cluster has not been read: nobody waits for that.
    [[nodiscard]] QFuture<core::Result<operations::EditImpact>> impact() const;

private:
    void judge();
    void show(const operations::EditImpact &impact);
    void say(const QString &text, const QColor &colour);

    std::shared_ptr<kube::Client> m_client;
    const operations::EditSession &m_session;
    std::shared_ptr<const stack::ClusterFacts> m_facts;
    core::CancellationSource m_reading;
    QTimer m_pause;
    int m_asked = 0; ///< answers to older questions are dropped
    QLabel *m_text;
    QLabel *m_unread;
};

} // namespace binnacle::widgets
