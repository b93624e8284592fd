// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/LimitRangeForm.h"

#include "core/FieldPath.h"
#include "operations/QuotaEdits.h"
#include "stack/LimitRangeRules.h"
#include "stack/QuotaImpact.h"
#include "stack/Workloads.h"
#include "widgets/theme/Text.h"

#include <QComboBox>
#include <QGridLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

QString boundName(const std::string &bound)
{
    if (bound == "min")
        return LimitRangeForm::tr("Min");
    if (bound == "max")
        return LimitRangeForm::tr("Max");
    if (bound == "default")
        return LimitRangeForm::tr("Default limit");
    if (bound == "defaultRequest")
        return LimitRangeForm::tr("Default request");
    return LimitRangeForm::tr("Limit ÷ request");
}

FieldFormat limitFormat(const std::string &bound, const std::string &resource)
{
    return {plainText().toText, [bound, resource](const QString &text) -> core::Result<core::Json> {
                return text.trimmed().isEmpty() ? core::Json()
                                                : operations::canonicalLimit(bound, resource, text.toStdString());
            }};
}

} // namespace

LimitRangeForm::LimitRangeForm(operations::EditSession &session, QWidget *parent) : Form(session, parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    if (session.isCreation())
        layout->addWidget(addField(tr("&Name"), "/metadata/name", plainText(), this));
    auto *groups = new QWidget(this);
    auto *list = new QVBoxLayout(groups);
    list->setContentsMargins(0, 0, 8, 0);
    list->addWidget(makeGroup("Container", tr("Each container")));
    list->addWidget(makeGroup("Pod", tr("All containers of a pod together")));
    list->addWidget(makeGroup("PersistentVolumeClaim", tr("Each volume claim")));
    list->addStretch(1);
    auto *area = new QScrollArea(this);
    area->setWidget(groups);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setMinimumSize(QFontMetrics(font()).averageCharWidth() * 110, QFontMetrics(font()).height() * 14);
    layout->addWidget(area, 1);
    layout->addWidget(makeAddLine());
    for (const char *const type : {"Container", "Pod"}) {
        for (const char *const resource : {"cpu", "memory"})
            addRow(type, resource);
    }
    addRow("PersistentVolumeClaim", "storage");
}

LimitRangeForm::~LimitRangeForm() = default;

QWidget *LimitRangeForm::makeGroup(const std::string &type, const QString &title)
{
    auto *group = new QGroupBox(title, this);
    auto *grid = new QGridLayout(group);
    grid->setHorizontalSpacing(8);
    int column = 1;
    for (const char *const bound : stack::limitBounds) {
        if (stack::hasBound(type, bound))
            grid->addWidget(new QLabel(boundName(bound), group), 0, column);
        grid->setColumnStretch(column++, 1);
    }
    grid->setColumnMinimumWidth(0, QFontMetrics(font()).averageCharWidth() * 14);
    m_grids[type] = grid;
    return group;
}

QWidget *LimitRangeForm::makeAddLine()
{
    auto *line = new QWidget(this);
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    m_type = new QComboBox(line);
    m_type->setAccessibleName(tr("For"));
    m_type->addItem(tr("containers"), QStringLiteral("Container"));
    m_type->addItem(tr("pods"), QStringLiteral("Pod"));
    m_resource = new QComboBox(line);
    m_resource->setObjectName(QStringLiteral("limitResource"));
    m_resource->setEditable(true);
    m_resource->setInsertPolicy(QComboBox::NoInsert);
    m_resource->setAccessibleName(tr("Resource to limit"));
    m_resource->lineEdit()->setPlaceholderText(tr("another resource"));
    auto *add = new QPushButton(tr("A&dd"), line);
    add->setObjectName(QStringLiteral("limitAdd"));
    add->setAutoDefault(false);
    layout->addWidget(m_type);
    layout->addWidget(m_resource, 1);
    layout->addWidget(add);
    connect(add, &QPushButton::clicked, this, [this] {
        const auto resource = m_resource->currentText().trimmed().toStdString();
        if (resource.empty())
            return;
        const auto type = m_type->currentData().toString().toStdString();
        addRow(type, resource);
        m_resource->clearEditText();
        if (auto *first = findChild<QLineEdit *>(toQt(operations::limitPath(type, "min", resource))))
            first->setFocus();
    });
    suggest();
    return line;
}

void LimitRangeForm::suggest()
{
    m_resource->clear();
    m_resource->addItem(QStringLiteral("ephemeral-storage"));
    static const std::string prefix = "requests.";
    for (const auto &name : m_facts.countable) {
        const auto resource = name.starts_with(prefix) ? name.substr(prefix.size()) : std::string();
        if (resource.find('/') != std::string::npos || resource.starts_with("hugepages-"))
            m_resource->addItem(toQt(resource));
    }
    m_resource->setCurrentIndex(-1);
    m_resource->clearEditText();
}

void LimitRangeForm::addRow(const std::string &type, const std::string &resource)
{
    if (!m_shown.insert({type, resource}).second)
        return;
    if (m_grids.count(type) == 0) // of an extension, "example.com/widget"
        layout()->addWidget(makeGroup(type, toQt(type)));
    auto *grid = m_grids[type];
    auto *group = grid->parentWidget();
    const int line = grid->rowCount();
    grid->addWidget(new QLabel(toQt(resource), group), line, 0, Qt::AlignTop);
    int column = 1;
    for (const char *const bound : stack::limitBounds) {
        if (stack::hasBound(type, bound)) {
            const auto path = operations::limitPath(type, bound, resource);
            m_cells[path] = {type, bound, resource};
            auto *field = addField({}, path, limitFormat(bound, resource), group);
            field->editor()->setAccessibleName(
                QStringLiteral("%1 %2: %3").arg(toQt(type), toQt(resource), boundName(bound)));
            field->editor()->setPlaceholderText(QStringLiteral("–"));
            connect(field->editor(), &QLineEdit::editingFinished, this, [this] { refresh(); });
            grid->addWidget(field, line, column, Qt::AlignTop);
        }
        ++column;
    }
}

void LimitRangeForm::setFacts(operations::QuotaFacts facts)
{
    m_facts = std::move(facts);
    suggest();
    emit stateChanged();
}

void LimitRangeForm::showValues()
{
    for (const core::Json &item : stack::valueAt(session().edited(), {"spec", "limits"})) {
        for (const char *const bound : stack::limitBounds) {
            for (const auto &[resource, value] : stack::valueAt(item, {bound}).items())
                addRow(stack::textAt(item, {"type"}), resource);
        }
    }
    Form::showValues();
}

core::Result<void> LimitRangeForm::setField(const std::string &path, const core::Json &value)
{
    const auto cell = m_cells.find(path);
    if (cell == m_cells.end())
        return Form::setField(path, value);
    const auto &[type, bound, resource] = cell->second;
    for (const auto &[field, wanted] :
         operations::limitFields(session().base(), session().edited(), type, bound, resource, value)) {
        if (auto set = session().set(field, wanted); !set)
            return set;
    }
    refresh(path); // the server fills in others, and this one when it is left empty
    return {};
}

QStringList LimitRangeForm::showProblems(const std::vector<operations::FieldProblem> &problems)
{
    const core::Json &limits = stack::valueAt(session().edited(), {"spec", "limits"});
    std::vector<operations::FieldProblem> own;
    for (const auto &problem : stack::limitProblems(limits))
        own.push_back({operations::limitPath(problem.type, problem.bound, problem.resource), problem.text});
    // The server says the same in its own words, and later.
    return Form::showProblems(own.empty() ? problems : own);
}

QString LimitRangeForm::planTitle() const
{
    QStringList changes;
    for (const auto &[path, cell] : m_cells) {
        const auto field = core::FieldPath::parse(path);
        const core::Json now = field ? field->valueIn(session().edited()) : core::Json();
        if (!field || now == field->valueIn(session().base()))
            continue;
        const QString name = QStringLiteral("%1 %2 %3").arg(toQt(cell.type), toQt(cell.bound), toQt(cell.resource));
        changes << (now.is_null() ? tr("no %1").arg(name)
                                  : QStringLiteral("%1 %2").arg(name, toQt(now.get<std::string>())));
    }
    return (session().isCreation() ? tr("Create %1: %2") : tr("Change %1: %2"))
        .arg(toQt(session().object().describe()), changes.join(QStringLiteral(", ")));
}

QStringList LimitRangeForm::warnings() const
{
    if (session().edited().is_null() || session().edited() == session().base())
        return {};
    QStringList warnings;
    for (const auto &sentence : stack::limitRangeImpact(session().edited(), m_facts.objects))
        warnings << toQt(sentence);
    return warnings;
}

} // namespace binnacle::widgets
