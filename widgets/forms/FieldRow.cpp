// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/FieldRow.h"

#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

QString shown(const core::Json &value)
{
    if (value.is_null())
        return {};
    return value.is_string() ? toQt(value.get<std::string>()) : toQt(value.dump());
}

} // namespace

FieldFormat wholeNumber(int least, int most)
{
    return {shown, [least, most](const QString &text) -> core::Result<core::Json> {
                bool number = false;
                const int value = text.trimmed().toInt(&number);
                if (!number || value < least || value > most)
                    return core::fail(
                        core::ErrorKind::Usage,
                        FieldRow::tr("a whole number from %1 to %2 is needed").arg(least).arg(most).toStdString());
                return core::Json(value);
            }};
}

FieldFormat plainText()
{
    return {shown, [](const QString &text) -> core::Result<core::Json> {
                return text.isEmpty() ? core::Json() : core::Json(text.toStdString());
            }};
}

namespace {

/// Nothing typed is no value.
FieldFormat optional(FieldFormat format)
{
    return {format.toText, [fromText = format.fromText](const QString &text) -> core::Result<core::Json> {
                return text.trimmed().isEmpty() ? core::Json() : fromText(text);
            }};
}

} // namespace

FieldFormat optionalNumber(int least, int most)
{
    return optional(wholeNumber(least, most));
}

FieldFormat typedAmount(core::Amount amount)
{
    return optional({shown, [amount](const QString &text) -> core::Result<core::Json> {
                         const auto quantity = core::typedQuantity(text.trimmed().toStdString(), amount);
                         if (!quantity)
                             return core::fail(quantity.error());
                         return core::Json(quantity->canonical());
                     }});
}

FieldFormat oneOf(const QStringList &words)
{
    return optional(
        {shown, [words](const QString &text) -> core::Result<core::Json> {
             for (const QString &word : words) {
                 if (word.compare(text.trimmed(), Qt::CaseInsensitive) == 0)
                     return core::Json(word.toStdString());
             }
             return core::fail(
                 core::ErrorKind::Usage,
                 FieldRow::tr("one of these is needed: %1").arg(words.join(QStringLiteral(", "))).toStdString());
         }});
}

FieldRow::FieldRow(const QString &name, std::string path, FieldFormat format, QWidget *parent)
    : QWidget(parent),
      m_path(std::move(path)),
      m_format(std::move(format)),
      m_editor(new QLineEdit(this)),
      m_hint(new QLabel(this)),
      m_problem(new QLabel(this))
{
    auto *label = new QLabel(name, this);
    label->setBuddy(m_editor);
    label->setMinimumWidth(160);
    label->setVisible(!name.isEmpty());
    m_editor->setAccessibleName(QString(name).remove(QLatin1Char('&')));
    m_editor->setObjectName(toQt(m_path));
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(12);
    layout->setVerticalSpacing(2);
    layout->addWidget(label, 0, 0);
    layout->addWidget(m_editor, 0, 1);
    layout->addWidget(m_hint, 0, 2);
    layout->addWidget(m_problem, 1, 1, 1, 2);
    layout->setColumnStretch(1, 1);
    connect(m_editor, &QLineEdit::textEdited, this, &FieldRow::typed);
}

void FieldRow::setHint(const QString &hint)
{
    m_hint->setText(hint);
}

void FieldRow::setValue(const core::Json &value, const core::Json &base)
{
    // What is being typed is not replaced by another way to write the same.
    const auto typedNow = m_format.fromText(m_editor->text());
    if (!typedNow || *typedNow != value)
        m_editor->setText(m_format.toText(value));
    m_editor->setToolTip(value == base ? QString() : tr("Was: %1").arg(base.is_null() ? tr("not set") : shown(base)));
    const bool wasUnreadable = m_unreadable;
    m_unreadable = false;
    setProblem({});
    if (wasUnreadable)
        emit readableChanged();
}

void FieldRow::setProblem(const QString &problem)
{
    // The sign stays: colour is never alone.
    m_problem->setText(problem.isEmpty() ? QString() : QStringLiteral("✕ %1").arg(problem));
    m_problem->setStyleSheet(QStringLiteral("color: %1").arg(Theme::colors().bad.name()));
    m_problem->setVisible(!problem.isEmpty());
    m_editor->setAccessibleDescription(problem);
}

void FieldRow::typed(const QString &text)
{
    auto value = m_format.fromText(text);
    const bool wasUnreadable = m_unreadable;
    m_unreadable = !value;
    setProblem(value ? QString() : toQt(value.error().message));
    if (value)
        emit edited(*value);
    if (wasUnreadable != m_unreadable)
        emit readableChanged();
}

} // namespace binnacle::widgets
