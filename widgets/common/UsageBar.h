// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stack/QuotaReport.h"

#include <QWidget>

namespace binnacle::widgets {

/// How much of something limited is used, as a bar and in words; amber from 80 %, red from 90 %.
class UsageBar : public QWidget
{
    Q_OBJECT

public:
    explicit UsageBar(QWidget *parent = nullptr);
    void setLine(const stack::QuotaLine &line);
    /// Not limited: no bar, only what is used where that is known.
    void setUnlimited(const std::optional<core::Quantity> &used);
    [[nodiscard]] const QString &text() const { return m_text; }
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void say(const QString &text);

    QString m_text;
    stack::QuotaLine::Level m_level = stack::QuotaLine::Level::Unknown;
    double m_fraction = -1; ///< negative: no bar
};

} // namespace binnacle::widgets
