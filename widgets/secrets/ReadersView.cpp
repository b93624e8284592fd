// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/secrets/ReadersView.h"

#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

#include <set>

namespace binnacle::widgets {

ReadersView::ReadersView(QWidget *parent)
    : QWidget(parent),
      m_table(new QTreeWidget(this)),
      m_stale(new QLabel(this)),
      m_restart(new QPushButton(tr("&Restart those…"), this))
{
    m_table->setObjectName(QStringLiteral("readersTable"));
    m_table->setAccessibleName(tr("Where the keys are used"));
    m_table->setHeaderLabels({tr("Key"), tr("Used by"), tr("As")});
    m_table->setRootIsDecorated(false);
    m_table->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_stale->setObjectName(QStringLiteral("readersStale"));
    m_stale->setWordWrap(true);
    m_restart->setObjectName(QStringLiteral("readersRestart"));
    m_restart->setAutoDefault(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(8);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_stale);
    layout->addWidget(m_restart, 0, Qt::AlignLeft);
    connect(m_restart, &QPushButton::clicked, this, [this] { emit restartWanted(m_workloads); });
    m_restart->hide();
    m_stale->setText(tr("Looking for what uses it…"));
}

void ReadersView::setReaders(const core::Result<operations::ConfigReaders> &readers)
{
    m_table->clear();
    m_workloads = readers ? readers->staleWorkloads() : std::vector<kube::ObjectKey>();
    m_restart->setVisible(!m_workloads.empty());
    m_stale->setStyleSheet(QString());
    if (!readers) {
        m_stale->setText(tr("What uses it is not known: %1").arg(toQt(readers.error().message)));
        return;
    }
    for (const auto &user : readers->users)
        new QTreeWidgetItem(m_table, QStringList{user.key.empty() ? tr("(all)") : toQt(user.key),
                                                 toQt(user.object.describe()), toQt(operations::describe(user))});
    std::set<std::string> pods;
    for (const auto &container : readers->stale)
        pods.insert(container.pod.name);
    QStringList lines;
    if (!pods.empty())
        lines << tr("⚠ %n pod(s) still have an old value: %1", nullptr, static_cast<int>(pods.size())).arg([&pods] {
            QStringList names;
            for (const auto &pod : pods)
                names << toQt(pod);
            return names.join(QStringLiteral(", "));
        }());
    else if (readers->users.empty())
        lines << tr("Nothing in its namespace uses it.");
    else
        lines << tr("✓ No pod has an old value.");
    for (const auto &kind : readers->unread)
        lines << tr("You may not list %1 objects: whether one uses it is not known.").arg(toQt(kind));
    m_stale->setText(lines.join(QLatin1Char('\n')));
    if (!pods.empty())
        m_stale->setStyleSheet(QStringLiteral("color: %1").arg(Theme::colors().warning.name()));
}

} // namespace binnacle::widgets
