// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/SecretString.h"

#include <QObject>
#include <QTimer>

namespace binnacle::widgets {

/// Puts a value on the clipboard for a short while: clipboard histories are asked not to keep it, and it is taken off
/// again unless something else has been copied meanwhile.
class SecretClipboard : public QObject
{
    Q_OBJECT

public:
    explicit SecretClipboard(QObject *parent = nullptr);
    ~SecretClipboard() override;
    void copy(const core::SecretString &value);

    static constexpr std::chrono::seconds stay{30};

private:
    void clear();

    QTimer m_timer;
    QByteArray m_digest; ///< of what was copied; empty: nothing of ours is there
};

} // namespace binnacle::widgets
