// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/connection/ConnectionChooser.h"

#include "widgets/connection/ContextDelegate.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSortFilterProxyModel>

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
      m_found(new QSortFilterProxyModel(this)),
      m_search(new QLineEdit(this)),
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
    m_found->setSourceModel(m_contexts);
    m_found->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setModel(m_found);
    m_search->setObjectName(QStringLiteral("contextSearch"));
    m_search->setAccessibleName(tr("Search contexts"));
    m_search->setPlaceholderText(tr("Search contexts"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
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
    layout->addWidget(m_search);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_detail);
    layout->addWidget(m_problems);
    layout->addSpacing(margin / 3);
    layout->addWidget(heading(tr("No cluster at hand?"), this));
    layout->addLayout(demoRow);
    layout->addSpacing(margin / 3);
    layout->addWidget(buttons);

    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &ConnectionChooser::showSelected);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_found->setFilterFixedString(text);
        if (!m_list->currentIndex().isValid())
            m_list->setCurrentIndex(m_found->index(0, 0));
        showSelected();
    });
    connect(m_list, &QListView::activated, this, &ConnectionChooser::connectSelected);
    connect(m_connect, &QPushButton::clicked, this, &ConnectionChooser::connectSelected);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(demo, &QPushButton::clicked, this, [this, scenario] {
        emit demoChosen(scenario->currentData().toString());
        accept();
    });
}

void ConnectionChooser::setKubeconfig(std::vector<kube::ContextSummary> contexts, items::ContextModel::Marks marks,
                                      const std::vector<core::Error> &problems)
{
    const bool none = contexts.empty();
    const bool known = !marks.recent.isEmpty();
    m_contexts->setContexts(std::move(contexts), std::move(marks));
    int chosen = 0;
    for (int row = 0; row < m_contexts->rowCount() && !known; ++row) {
        if (m_contexts->context(row).current)
            chosen = row;
    }
    m_list->setCurrentIndex(m_found->mapFromSource(m_contexts->index(chosen, 0)));
    m_search->setVisible(!none);
    m_list->setVisible(!none);
    if (none)
        resize(width(), 0);
    QStringList lines;
    for (const auto &problem : problems)
        lines << QString::fromStdString(problem.describe());
    if (none && lines.isEmpty())
        lines << tr("No kubeconfig was found. Binnacle reads the files in KUBECONFIG, or ~/.kube/config.");
    m_problems->setText(lines.join(QLatin1Char('\n')));
    m_problems->setVisible(!lines.isEmpty());
    showSelected();
}

bool ConnectionChooser::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            QCoreApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

const kube::ContextSummary *ConnectionChooser::selected() const
{
    const auto index = m_found->mapToSource(m_list->currentIndex());
    return index.isValid() ? &m_contexts->context(index.row()) : nullptr;
}

void ConnectionChooser::showSelected()
{
    const auto *context = selected();
    m_connect->setEnabled(context != nullptr && !context->problem);
    if (context == nullptr) {
        m_detail->clear();
        return;
    }
    QStringList lines;
    if (context->problem)
        lines << QString::fromStdString(context->problem->describe());
    else
        lines << tr("User %1, namespace %2")
                     .arg(QString::fromStdString(context->user), QString::fromStdString(context->nameSpace.value()));
    if (context->insecure)
        lines << tr("TLS verification is off: whoever sits between you and the server can read and change everything.");
    if (!context->execCommand.empty())
        lines << tr("Logs in with %1.").arg(QString::fromStdString(context->execCommand));
    m_detail->setText(lines.join(QLatin1Char('\n')));
}

void ConnectionChooser::connectSelected()
{
    const auto *context = selected();
    if (context == nullptr || context->problem)
        return;
    emit contextChosen(context->name);
    accept();
}

} // namespace binnacle::widgets
