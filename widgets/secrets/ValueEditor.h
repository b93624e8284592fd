// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SecretString.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace binnacle::widgets {

/// One value: hidden until asked for, and hidden again after a while without typing, or when another window is used.
/// What is no text is shown as its size, for export and import only.
class ValueEditor : public QWidget
{
    Q_OBJECT

public:
    /// `hides`: values are secret. Those of config maps are not.
    explicit ValueEditor(bool hides, QWidget *parent = nullptr);
    ~ValueEditor() override;

    /// Another key's value, hidden at first; nullptr: no key is selected.
    void setValue(const QString &key, const core::SecretString *value);
    /// Of an immutable object: values are shown, copied and exported, and nothing else. Before setValue().
    void setFixed(bool isFixed) { m_fixed = isFixed; }
    void hideValue();

    static constexpr std::chrono::seconds shownFor{30};

signals:
    void edited(const QByteArray &value);
    void generateWanted();
    void importWanted();
    void exportWanted();
    void copyWanted();

protected:
    bool event(QEvent *event) override;

private:
    void build();
    void reveal();
    void replace();
    void showText(const QString &text, bool editable);
    void refresh();

    bool m_hides;
    bool m_shown = false;
    bool m_present = false;
    bool m_fixed = false;
    bool m_binary = false;
    core::SecretString m_value;
    QTimer m_timer;
    QLabel *m_title;
    QPlainTextEdit *m_text;
    QPushButton *m_reveal;
    QPushButton *m_replace;
    QPushButton *m_generate;
    QPushButton *m_import;
    QPushButton *m_export;
    QPushButton *m_copy;
};

} // namespace binnacle::widgets
