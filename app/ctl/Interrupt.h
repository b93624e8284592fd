// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/CancellationToken.h"

#include <QObject>

namespace binnacle::ctl {

/// Ctrl-C, SIGTERM and SIGHUP as a signal in the event loop and as a cancellation token. The second one ends the
/// program at once, as if nobody had listened.
class Interrupt : public QObject
{
    Q_OBJECT

public:
    explicit Interrupt(QObject *parent = nullptr);
    ~Interrupt() override;

    [[nodiscard]] core::CancellationToken token() const { return m_source.token(); }
    [[nodiscard]] bool isInterrupted() const { return m_source.token().isCancelled(); }

signals:
    void interrupted();

private:
    void handle();

    core::CancellationSource m_source;
};

} // namespace binnacle::ctl
