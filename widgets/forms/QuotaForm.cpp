// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/QuotaForm.h"

#include "operations/QuotaEdits.h"
#include "stack/QuotaImpact.h"
#include "stack/QuotaReport.h"
#include "stack/Workloads.h"
#include "widgets/common/UsageBar.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <nlohmann/json.hpp>

#include <set>

namespace binnacle::widgets {

namespace {

/// Amounts as people write them; nothing typed: not limited.
FieldFormat amountFormat(const std::string &resource)
{
    return {plainText().toText, [resource](const QString &text) -> core::Result<core::Json> {
                return text.trimmed().isEmpty() ? core::Json()
                                                : operations::canonicalAmount(resource, text.toStdString());
            }};
}

core::Json hardOf(const core::Json &quota, const std::string &resource)
{
    return stack::valueAt(quota, {"spec", "hard", resource});
}

QScrollArea *scrolled(QWidget *list, QWidget *parent)
{
    auto *area = new QScrollArea(parent);
    area->setWidget(list);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setMinimumHeight(QFontMetrics(area->font()).height() * 10);
    area->setFocusPolicy(Qt::NoFocus);
    return area;
}

} // namespace

QuotaForm::QuotaForm(operations::EditSession &session, QWidget *parent)
    : Form(session, parent), m_scopes(new QLabel(this)), m_list(nullptr)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    if (session.isCreation())
        layout->addWidget(addField(tr("&Name"), "/metadata/name", plainText(), this));
    m_scopes->setObjectName(QStringLiteral("quotaScopes"));
    m_scopes->setWordWrap(true);
    m_scopes->hide();
    layout->addWidget(m_scopes);
    auto *list = new QWidget(this);
    m_list = new QVBoxLayout(list);
    m_list->setContentsMargins(0, 0, 8, 0);
    m_list->addStretch(1);
    layout->addWidget(scrolled(list, this), 1);
    layout->addWidget(makeAddLine());
    m_addProblem = new QLabel(this);
    m_addProblem->setObjectName(QStringLiteral("quotaAddProblem"));
    m_addProblem->setWordWrap(true);
    m_addProblem->hide();
    layout->addWidget(m_addProblem);
}

QuotaForm::~QuotaForm() = default;

QWidget *QuotaForm::makeAddLine()
{
    auto *line = new QWidget(this);
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    m_resource = new QComboBox(line);
    m_resource->setObjectName(QStringLiteral("quotaResource"));
    m_resource->setEditable(true);
    m_resource->setInsertPolicy(QComboBox::NoInsert);
    m_resource->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_resource->setMinimumContentsLength(24);
    m_resource->completer()->setFilterMode(Qt::MatchContains);
    m_resource->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_resource->setAccessibleName(tr("Resource to limit"));
    m_resource->lineEdit()->setPlaceholderText(tr("another resource"));
    m_amount = new QLineEdit(line);
    m_amount->setObjectName(QStringLiteral("quotaAmount"));
    m_amount->setAccessibleName(tr("Its hard value"));
    m_amount->setPlaceholderText(tr("10, 500m, 1.5Gi"));
    auto *add = new QPushButton(tr("A&dd"), line);
    add->setObjectName(QStringLiteral("quotaAdd"));
    add->setAutoDefault(false);
    layout->addWidget(m_resource, 2);
    layout->addWidget(m_amount, 1);
    layout->addWidget(add);
    connect(add, &QPushButton::clicked, this, &QuotaForm::add);
    suggest();
    return line;
}

void QuotaForm::setFacts(operations::QuotaFacts facts)
{
    m_facts = std::move(facts);
    suggest();
    emit stateChanged();
}

void QuotaForm::suggest()
{
    const QString typed = m_resource->currentText();
    m_resource->clear();
    for (const auto &resource : m_facts.countable) {
        if (m_rows.count(resource) == 0)
            m_resource->addItem(toQt(resource));
    }
    m_resource->setCurrentIndex(-1);
    m_resource->setEditText(typed);
}

QuotaForm::Row QuotaForm::makeRow(const std::string &resource)
{
    Row row;
    row.widget = new QWidget(m_list->parentWidget());
    row.field = addField(toQt(resource), operations::hardPath(resource), amountFormat(resource), row.widget);
    row.field->editor()->setPlaceholderText(tr("no limit"));
    row.bar = new UsageBar(row.widget);
    row.bar->setObjectName(QStringLiteral("used ") + toQt(resource));
    row.remove = new QPushButton(tr("Remove"), row.widget);
    row.remove->setObjectName(QStringLiteral("remove ") + toQt(resource));
    row.remove->setAutoDefault(false);
    // As wide as with the other word, so that the columns stay in line.
    row.remove->ensurePolished();
    row.remove->setMinimumWidth(row.remove->sizeHint().width());
    auto *layout = new QHBoxLayout(row.widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(row.field, 3);
    layout->addWidget(row.bar, 2);
    layout->addWidget(row.remove);
    connect(row.field, &FieldRow::edited, this, &QuotaForm::showUsage);
    connect(row.remove, &QPushButton::clicked, this, [this, resource] { removeOrKeep(resource); });
    return row;
}

void QuotaForm::showValues()
{
    syncRows();
    const auto report = stack::quotaReport(session().edited());
    QStringList scopes;
    for (const auto &scope : report.scopes)
        scopes << toQt(scope);
    m_scopes->setText(tr("Counts only what matches: %1").arg(scopes.join(QStringLiteral(", "))));
    m_scopes->setVisible(!scopes.isEmpty());
    Form::showValues();
    showUsage();
}

void QuotaForm::syncRows()
{
    std::set<std::string> wanted;
    for (const auto *quota : {&session().base(), &session().edited()}) {
        for (const auto &[resource, hard] : stack::valueAt(*quota, {"spec", "hard"}).items())
            wanted.insert(resource);
    }
    for (auto row = m_rows.begin(); row != m_rows.end();) {
        if (wanted.count(row->first) > 0) {
            ++row;
            continue;
        }
        removeField(row->second.field);
        row->second.widget->hide();
        row->second.widget->deleteLater();
        row = m_rows.erase(row);
    }
    QWidget *before = nullptr;
    int position = 0;
    for (const auto &resource : wanted) {
        Row &row = m_rows[resource];
        if (row.widget == nullptr) {
            row = makeRow(resource);
            m_list->insertWidget(position, row.widget);
        }
        if (before != nullptr)
            setTabOrder(before, row.field->editor());
        setTabOrder(row.field->editor(), row.remove);
        before = row.remove;
        ++position;
    }
    if (before != nullptr)
        setTabOrder(before, m_resource);
    suggest();
}

void QuotaForm::showUsage()
{
    for (const auto &[resource, row] : m_rows) {
        const core::Json used = stack::valueAt(session().base(), {"status", "used", resource});
        const auto count = used.is_null() ? std::nullopt : std::optional(stack::quantityOf(used));
        const core::Json hard = hardOf(session().edited(), resource);
        if (hard.is_null())
            row.bar->setUnlimited(count);
        else
            row.bar->setLine({.resource = resource, .hard = stack::quantityOf(hard), .used = count});
        const bool rewritten = hard.is_string() && toQt(hard.get<std::string>()) != row.field->editor()->text();
        row.field->setHint(rewritten && !row.field->isUnreadable() ? tr("= %1").arg(toQt(hard.get<std::string>()))
                                                                   : QString());
        const bool kept = !hard.is_null() || hardOf(session().base(), resource).is_null();
        row.remove->setText(kept ? tr("Remove") : tr("Keep"));
        row.remove->setAccessibleName((kept ? tr("Remove %1") : tr("Keep %1")).arg(toQt(resource)));
    }
}

void QuotaForm::add()
{
    const QString name = m_resource->currentText().trimmed();
    const auto resource = name.toStdString();
    const auto value = operations::canonicalAmount(resource, m_amount->text().toStdString());
    QString problem;
    if (name.isEmpty())
        problem = tr("Choose a resource first.");
    else if (m_rows.count(resource) > 0 && !hardOf(session().edited(), resource).is_null())
        problem = tr("%1 is limited already: change it above.").arg(name);
    else if (!value)
        problem = toQt(value.error().message + "; " + value.error().next);
    else if (const auto set = session().set(operations::hardPath(resource), *value); !set)
        problem = toQt(set.error().message);
    m_addProblem->setText(QStringLiteral("✕ %1").arg(problem));
    m_addProblem->setStyleSheet(QStringLiteral("color: %1").arg(Theme::colors().bad.name()));
    m_addProblem->setVisible(!problem.isEmpty());
    if (!problem.isEmpty())
        return;
    m_resource->clearEditText();
    m_amount->clear();
    showValues();
    m_rows[resource].field->editor()->setFocus();
}

void QuotaForm::removeOrKeep(const std::string &resource)
{
    const bool limited = !hardOf(session().edited(), resource).is_null();
    (void)session().set(operations::hardPath(resource), limited ? core::Json() : hardOf(session().base(), resource));
    showValues();
}

QString QuotaForm::planTitle() const
{
    QStringList changes;
    std::set<std::string> resources;
    for (const auto &[resource, row] : m_rows)
        resources.insert(resource);
    for (const auto &resource : resources) {
        const core::Json now = hardOf(session().edited(), resource);
        if (now == hardOf(session().base(), resource))
            continue;
        changes << (now.is_null() ? tr("%1 not limited").arg(toQt(resource))
                                  : QStringLiteral("%1 %2").arg(toQt(resource), toQt(now.get<std::string>())));
    }
    return (session().isCreation() ? tr("Create %1: %2") : tr("Change %1: %2"))
        .arg(toQt(session().object().describe()), changes.join(QStringLiteral(", ")));
}

QStringList QuotaForm::warnings() const
{
    QStringList warnings;
    for (const auto &sentence : stack::quotaImpact(session().base(), session().edited(), m_facts.objects))
        warnings << toQt(sentence);
    return warnings;
}

} // namespace binnacle::widgets
