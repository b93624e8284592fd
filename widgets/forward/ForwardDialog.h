// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "forward/ForwardSnapshot.h"
#include "forward/ForwardTarget.h"

#include <QDialog>

class QCheckBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace binnacle::widgets {

/// Which ports of an object, and to which local ports. The object's own are offered once they are known.
class ForwardDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ForwardDialog(const kube::ObjectKey &target, QWidget *parent = nullptr);

    void setPorts(const std::vector<forward::OfferedPort> &ports);
    /// The ports could not be read: another can still be given.
    void setProblem(const QString &problem);

    [[nodiscard]] std::vector<forward::ForwardRequest> requests() const;
    [[nodiscard]] bool isToBeSaved() const;
    [[nodiscard]] bool startsOnConnect() const;

private:
    struct Line
    {
        QCheckBox *chosen;
        QLineEdit *remote; ///< null: the box names it
        QLineEdit *local;
        std::string port;
    };

    void addLine(const QString &text, const std::string &port, bool chosen);
    void check();
    /// Empty: it can be forwarded.
    [[nodiscard]] QString problemOf(const Line &line) const;
    [[nodiscard]] forward::PortMapping mappingOf(const Line &line) const;

    kube::ObjectKey m_target;
    QGridLayout *m_grid;
    QLabel *m_message;
    QCheckBox *m_save;
    QCheckBox *m_onConnect;
    QPushButton *m_start;
    std::vector<Line> m_lines;
};

} // namespace binnacle::widgets
