// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "files/FileCopy.h"

#include <QDialog>
#include <QFileDialog>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QRadioButton;

namespace binnacle::widgets {

/// Copies a file or a folder into a container or out of it, and tells how far it is and how it went. Closing it while
/// it copies gives the copy up.
class CopyDialog : public QDialog
{
    Q_OBJECT

public:
    /// `request` says which container, and what temporary names are made of.
    CopyDialog(std::shared_ptr<kube::Transport> transport, files::CopyRequest request, QWidget *parent = nullptr);
    ~CopyDialog() override;

private:
    void build();
    void refresh();
    void browse();
    void browseFolder();
    void choose(QFileDialog::FileMode mode);
    void copy();
    void progressed(const files::CopyProgress &now);
    void ended(const core::Result<files::CopyOutcome> &outcome);
    void say(const QString &text, bool failed);
    [[nodiscard]] bool isUp() const;

    std::shared_ptr<kube::Transport> m_transport;
    files::CopyRequest m_request;
    std::unique_ptr<core::CancellationSource> m_cancel; ///< of the copy under way
    QRadioButton *m_up = nullptr;
    QRadioButton *m_down = nullptr;
    QLineEdit *m_local = nullptr;
    QLineEdit *m_remote = nullptr;
    QLabel *m_said = nullptr;
    QProgressBar *m_progress = nullptr;
    QPushButton *m_browse = nullptr;
    QPushButton *m_browseFolder = nullptr;
    QPushButton *m_start = nullptr;
    QPushButton *m_stop = nullptr;
};

} // namespace binnacle::widgets
