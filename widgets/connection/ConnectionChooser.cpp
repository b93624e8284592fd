// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/connection/ConnectionChooser.h"

#include "items/ContextModel.h"
#include "widgets/connection/ContextDelegate.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPushButton>

namespace binnacle::widgets {

namespace {

constexpr int margin = 24;

QLabel *heading(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    QFont font = label->font();
    font.setBold(true);
    label->setFont(font);
    return label;
}

QLabel *paragraph(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

ConnectionChooser::ConnectionChooser(std::vector<Scenario> scenarios, QWidget *parent)
    : QDialog(parent),
      m_contexts(new items::ContextModel(this)),
      m_list(new QListView(this)),
      m_detail(paragraph(this)),
      m_problems(paragraph(this)),
      m_connect(new QPushButton(tr("&Connect"), this))
{
    setObjectName(QStringLiteral("connectionChooser"));
    setWindowTitle(tr("Connect to a cluster"));
    resize(640, 560);

    m_list->setObjectName(QStringLiteral("contextList"));
    m_list->setAccessibleName(tr("Contexts of your kubeconfig"));
    m_list->setModel(m_contexts);
    m_list->setItemDelegate(new ContextDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_connect->setObjectName(QStringLiteral("connectButton"));
    m_connect->setDefault(true);
    m_connect->setEnabled(false);

    auto *demo = new QPushButton(tr("Start the &demo cluster"), this);
    demo->setObjectName(QStringLiteral("demoButton"));
    demo->setAutoDefault(false);
    auto *scenario = new QComboBox(this);
    scenario->setObjectName(QStringLiteral("demoScenario"));
    scenario->setAccessibleName(tr("What the demo cluster shows"));
    for (const auto &item : scenarios)
        scenario->addItem(item.title, item.id);
    auto *demoRow = new QHBoxLayout;
    demoRow->addWidget(scenario, 1);
    demoRow->addWidget(demo);

    auto *buttons = new QDialogButtonBox(this);
    buttons->addButton(m_connect, QDialogButtonBox::AcceptRole);
    buttons->addButton(QDialogButtonBox::Cancel);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(margin / 3);
    layout->addWidget(heading(tr("Your clusters"), this));
    layout->addWidget(m_list, 1);
    layout->addWidget(m_detail);
    layout->addWidget(m_problems);
    layout->addSpacing(margin / 3);
    layout->addWidget(heading(tr("No cluster at hand?"), this));
    layout->addLayout(demoRow);
    layout->addSpacing(margin / 3);
    layout->addWidget(buttons);

    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &ConnectionChooser::showSelected);
    connect(m_list, &QListView::activated, this, &ConnectionChooser::connectSelected);
    connect(m_connect, &QPushButton::clicked, this, &ConnectionChooser::connectSelected);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(demo, &QPushButton::clicked, this, [this, scenario] {
        emit demoChosen(scenario->currentData().toString());
        accept();
    });
}

void ConnectionChooser::setKubeconfig(std::vector<kube::ContextSummary> contexts,
                                      const std::vector<core::Error> &problems)
{
    int current = 0;
    for (std::size_t i = 0; i < contexts.size(); ++i) {
        if (contexts[i].current)
            current = static_cast<int>(i);
    }
    const bool none = contexts.empty();
    m_contexts->setContexts(std::move(contexts));
    m_list->setCurrentIndex(m_contexts->index(current, 0));
    QStringList lines;
    for (const auto &problem : problems)
        lines << QString::fromStdString(problem.describe());
    if (none && lines.isEmpty())
        lines << tr("No kubeconfig was found. Binnacle reads the files in KUBECONFIG, or ~/.kube/config.");
    m_problems->setText(lines.join(QLatin1Char('\n')));
    m_problems->setVisible(!lines.isEmpty());
    showSelected();
}

void ConnectionChooser::showSelected()
{
    const auto index = m_list->currentIndex();
    if (!index.isValid()) {
        m_detail->clear();
        m_connect->setEnabled(false);
        return;
    }
    const auto &context = m_contexts->context(index.row());
    const QString problem = context.problem ? QString::fromStdString(context.problem->describe()) : QString();
    m_connect->setEnabled(problem.isEmpty());
    m_detail->setText(problem.isEmpty() ? tr("User %1, namespace %2")
                                              .arg(QString::fromStdString(context.user),
                                                   QString::fromStdString(context.nameSpace.value()))
                                        : problem);
}

void ConnectionChooser::connectSelected()
{
    const auto index = m_list->currentIndex();
    if (!index.isValid() || m_contexts->context(index.row()).problem)
        return;
    emit contextChosen(m_contexts->context(index.row()).name);
    accept();
}

} // namespace binnacle::widgets
