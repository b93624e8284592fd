// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"
#include "core/TypedQuantity.h"

#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;

namespace binnacle::widgets {

/// How a field's value is written by people and in the object.
struct FieldFormat
{
    /// Null: absent. Never fails: what cannot be read is shown as it is.
    std::function<QString(const core::Json &)> toText;
    /// What was typed; an error says what is wrong with it. Null removes the field.
    std::function<core::Result<core::Json>(const QString &)> fromText;
};

/// @{ Formats that several forms need.
[[nodiscard]] FieldFormat wholeNumber(int least, int most);
[[nodiscard]] FieldFormat plainText();
/// Like wholeNumber, but nothing typed removes the field.
[[nodiscard]] FieldFormat optionalNumber(int least, int most);
/// A quantity as people type it, written canonically; nothing typed removes the field.
[[nodiscard]] FieldFormat typedAmount(core::Amount amount);
/// One of these words; nothing typed removes the field.
[[nodiscard]] FieldFormat oneOf(const QStringList &words);
/// @}

/// One field of a form: its name, an editor, what it was, and what is wrong with it.
class FieldRow : public QWidget
{
    Q_OBJECT

public:
    /// Without a name the editor stands alone, as in a table.
    FieldRow(const QString &name, std::string path, FieldFormat format, QWidget *parent = nullptr);

    [[nodiscard]] const std::string &path() const { return m_path; }
    [[nodiscard]] QLineEdit *editor() const { return m_editor; }
    /// Behind the editor: a unit, or what the value means.
    void setHint(const QString &hint);
    /// `base` is what the object had; shown where it differs.
    void setValue(const core::Json &value, const core::Json &base);
    /// Empty: nothing is wrong.
    void setProblem(const QString &problem);
    /// What was typed cannot be read as a value.
    [[nodiscard]] bool isUnreadable() const { return m_unreadable; }

signals:
    /// Typed, and readable.
    void edited(const binnacle::core::Json &value);
    /// isUnreadable() has changed.
    void readableChanged();

private:
    void typed(const QString &text);

    std::string m_path;
    FieldFormat m_format;
    QLineEdit *m_editor;
    QLabel *m_hint;
    QLabel *m_problem;
    bool m_unreadable = false;
};

} // namespace binnacle::widgets
