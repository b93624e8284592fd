// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forward/ForwardDialog.h"

#include "widgets/theme/Text.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QIntValidator>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

ForwardDialog::ForwardDialog(const kube::ObjectKey &target, QWidget *parent)
    : QDialog(parent),
      m_target(target),
      m_grid(new QGridLayout),
      m_message(new QLabel(tr("Reading its ports…"), this)),
      m_save(new QCheckBox(tr("&Save it for this cluster"), this)),
      m_onConnect(new QCheckBox(tr("Start it whenever this cluster is &connected"), this))
{
    setObjectName(u"forwardDialog"_s);
    setWindowTitle(tr("Forward to %1").arg(toQt(target.describe())));
    setMinimumWidth(480);
    m_message->setObjectName(u"forwardMessage"_s);
    m_message->setWordWrap(true);
    m_save->setObjectName(u"forwardSaved"_s);
    m_onConnect->setObjectName(u"forwardStartsOnConnect"_s);
    connect(m_onConnect, &QCheckBox::toggled, this, [this](bool on) {
        m_save->setChecked(m_save->isChecked() || on);
        m_save->setEnabled(!on);
    });
    auto *buttons = new QDialogButtonBox(this);
    m_start = buttons->addButton(tr("&Forward"), QDialogButtonBox::AcceptRole);
    m_start->setObjectName(u"forwardButton"_s);
    m_start->setDefault(true);
    buttons->addButton(QDialogButtonBox::Cancel)->setObjectName(u"cancelButton"_s);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *explained = new QLabel(
        tr("Connections to the local port go to a pod that is ready, for as long as the forward runs. Only this "
           "computer can connect."),
        this);
    explained->setWordWrap(true);
    m_grid->addWidget(new QLabel(tr("Port"), this), 0, 0);
    m_grid->addWidget(new QLabel(tr("Local port (empty: a free one)"), this), 0, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(12);
    layout->addWidget(explained);
    layout->addLayout(m_grid);
    layout->addWidget(m_message);
    layout->addWidget(m_save);
    layout->addWidget(m_onConnect);
    layout->addWidget(buttons);
    check();
}

void ForwardDialog::addLine(const QString &text, const std::string &port, bool chosen)
{
    const int row = static_cast<int>(m_lines.size()) + 1;
    Line line{new QCheckBox(text, this), nullptr, new QLineEdit(this), port};
    const QString name = port.empty() ? u"Other"_s : toQt(port);
    line.chosen->setObjectName(u"forwardPort"_s + name);
    line.chosen->setChecked(chosen);
    line.local->setObjectName(u"forwardLocal"_s + name);
    line.local->setAccessibleName(tr("Local port for %1").arg(text));
    line.local->setPlaceholderText(tr("a free one"));
    line.local->setValidator(new QIntValidator(1, 65535, line.local));
    if (port.empty()) {
        line.remote = new QLineEdit(this);
        line.remote->setObjectName(u"forwardOtherPort"_s);
        line.remote->setAccessibleName(tr("Number or name of another port"));
        line.remote->setPlaceholderText(tr("number or name"));
        auto *both = new QHBoxLayout;
        both->addWidget(line.chosen);
        both->addWidget(line.remote, 1);
        m_grid->addLayout(both, row, 0);
        connect(line.remote, &QLineEdit::textChanged, this, [this, box = line.chosen](const QString &now) {
            box->setChecked(!now.isEmpty());
            check();
        });
    } else {
        m_grid->addWidget(line.chosen, row, 0);
    }
    m_grid->addWidget(line.local, row, 1);
    connect(line.chosen, &QCheckBox::toggled, this, &ForwardDialog::check);
    connect(line.local, &QLineEdit::textChanged, this, &ForwardDialog::check);
    m_lines.push_back(line);
}

void ForwardDialog::setPorts(const std::vector<forward::OfferedPort> &ports)
{
    for (const auto &port : ports) {
        const QString number = QString::number(port.number);
        addLine(port.name.empty() ? number : tr("%1 (%2)").arg(number, toQt(port.name)), number.toStdString(),
                m_lines.empty());
    }
    // A service forwards what it declares; pods may listen on more than that.
    if (m_target.kind.kind != "Service")
        addLine(tr("Another:"), {}, false);
    m_message->clear();
    check();
    if (!m_lines.empty())
        (ports.empty() ? m_lines.front().remote : m_lines.front().local)->setFocus();
}

void ForwardDialog::setProblem(const QString &problem)
{
    addLine(tr("Another:"), {}, false);
    m_message->setText(problem);
    m_start->setEnabled(false);
}

forward::PortMapping ForwardDialog::mappingOf(const Line &line) const
{
    forward::PortMapping mapping;
    mapping.local = static_cast<std::uint16_t>(line.local->text().toUShort());
    mapping.remote = line.remote ? line.remote->text().trimmed().toStdString() : line.port;
    return mapping;
}

QString ForwardDialog::problemOf(const Line &line) const
{
    if (!line.local->text().isEmpty() && !line.local->hasAcceptableInput())
        return tr("A local port is a number from 1 to 65535.");
    const auto mapping = forward::portMappingFromText(forward::portMappingText(mappingOf(line)));
    return mapping ? QString() : tr("Give the number or the name of a port.");
}

void ForwardDialog::check()
{
    QString problem;
    int chosen = 0;
    for (const Line &line : m_lines) {
        line.local->setEnabled(line.chosen->isChecked());
        if (!line.chosen->isChecked())
            continue;
        ++chosen;
        if (problem.isEmpty())
            problem = problemOf(line);
    }
    if (!m_lines.empty())
        m_message->setText(problem);
    m_start->setEnabled(chosen > 0 && problem.isEmpty());
}

std::vector<forward::ForwardRequest> ForwardDialog::requests() const
{
    std::vector<forward::ForwardRequest> requests;
    for (const Line &line : m_lines)
        if (line.chosen->isChecked())
            requests.push_back({m_target, mappingOf(line)});
    return requests;
}

bool ForwardDialog::isToBeSaved() const
{
    return m_save->isChecked();
}

bool ForwardDialog::startsOnConnect() const
{
    return m_onConnect->isChecked();
}

} // namespace binnacle::widgets
