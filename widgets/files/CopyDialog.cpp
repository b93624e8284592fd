// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/files/CopyDialog.h"

#include "core/WhenFinished.h"
#include "widgets/theme/StyleProperty.h"
#include "widgets/theme/Text.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

CopyDialog::CopyDialog(std::shared_ptr<kube::Transport> transport, files::CopyRequest request, QWidget *parent)
    : QDialog(parent), m_transport(std::move(transport)), m_request(std::move(request))
{
    setObjectName(u"copyDialog"_s);
    setWindowTitle(tr("Copy files"));
    build();
    refresh();
}

CopyDialog::~CopyDialog()
{
    if (m_cancel)
        m_cancel->cancel();
}

void CopyDialog::build()
{
    QString place = tr("pod %1").arg(toQt(m_request.nameSpace.value() + '/' + m_request.pod));
    if (!m_request.container.empty())
        place = tr("container %1 of %2").arg(toQt(m_request.container), place);
    auto *title = new QLabel(place, this);
    title->setProperty("role", u"heading"_s);
    m_up = new QRadioButton(tr("From here &into the container"), this);
    m_up->setObjectName(u"copyUp"_s);
    m_down = new QRadioButton(tr("&Out of the container to here"), this);
    m_down->setObjectName(u"copyDown"_s);
    m_up->setChecked(true);
    m_local = new QLineEdit(this);
    m_local->setObjectName(u"copyLocal"_s);
    m_remote = new QLineEdit(this);
    m_remote->setObjectName(u"copyRemote"_s);
    m_remote->setPlaceholderText(u"/tmp"_s);
    m_browse = new QPushButton(tr("Choose a file…"), this);
    m_browse->setObjectName(u"copyBrowse"_s);
    m_browseFolder = new QPushButton(tr("Choose a folder…"), this);
    m_browseFolder->setObjectName(u"copyBrowseFolder"_s);
    auto *local = new QHBoxLayout;
    local->addWidget(m_local, 1);
    local->addWidget(m_browse);
    local->addWidget(m_browseFolder);
    auto *form = new QFormLayout;
    form->addRow(m_up);
    form->addRow(m_down);
    form->addRow(tr("&Here"), local);
    form->addRow(tr("In the &container"), m_remote);
    m_local->setAccessibleName(tr("Path here"));
    m_remote->setAccessibleName(tr("Path in the container"));
    m_said = new QLabel(this);
    m_said->setObjectName(u"copySaid"_s);
    m_said->setWordWrap(true);
    m_said->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(u"copyProgress"_s);
    m_progress->setRange(0, 1000);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_start = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    m_start->setObjectName(u"copyStart"_s);
    m_start->setDefault(true);
    m_stop = buttons->addButton(tr("Stop"), QDialogButtonBox::ActionRole);
    m_stop->setObjectName(u"copyStop"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 16);
    layout->setSpacing(16);
    layout->addWidget(title);
    layout->addLayout(form);
    layout->addWidget(m_progress);
    layout->addWidget(m_said);
    layout->addWidget(buttons);
    resize(640, sizeHint().height());
    m_local->setFocus();
    say(tr("A path that is a folder already gets the copy inside it. Files are compared by SHA-256 on both sides."),
        false);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_start, &QPushButton::clicked, this, &CopyDialog::copy);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (m_cancel)
            m_cancel->cancel();
    });
    connect(m_browse, &QPushButton::clicked, this, &CopyDialog::browse);
    connect(m_browseFolder, &QPushButton::clicked, this, &CopyDialog::browseFolder);
    connect(m_up, &QRadioButton::toggled, this, &CopyDialog::refresh);
    connect(m_local, &QLineEdit::textChanged, this, &CopyDialog::refresh);
    connect(m_remote, &QLineEdit::textChanged, this, &CopyDialog::refresh);
}

bool CopyDialog::isUp() const
{
    return m_up->isChecked();
}

void CopyDialog::refresh()
{
    const bool copies = m_cancel != nullptr;
    for (QWidget *each : {static_cast<QWidget *>(m_up), static_cast<QWidget *>(m_down), static_cast<QWidget *>(m_local),
                          static_cast<QWidget *>(m_remote), static_cast<QWidget *>(m_browseFolder)})
        each->setEnabled(!copies);
    m_browse->setEnabled(!copies && isUp());
    m_start->setEnabled(!copies && !m_local->text().isEmpty() && !m_remote->text().isEmpty());
    m_stop->setVisible(copies);
    m_progress->setVisible(copies);
}

void CopyDialog::browse()
{
    choose(QFileDialog::ExistingFile);
}

void CopyDialog::browseFolder()
{
    choose(QFileDialog::Directory);
}

void CopyDialog::choose(QFileDialog::FileMode mode)
{
    auto *dialog = new QFileDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(mode);
    dialog->setAcceptMode(QFileDialog::AcceptOpen);
    connect(dialog, &QFileDialog::fileSelected, m_local, &QLineEdit::setText);
    dialog->open();
}

void CopyDialog::copy()
{
    m_cancel = std::make_unique<core::CancellationSource>();
    files::CopyRequest request = m_request;
    request.up = isUp();
    request.local = m_local->text().toStdString();
    request.remote = m_remote->text().toStdString();
    m_progress->setValue(0);
    say(tr("Copying…"), false);
    refresh();
    const auto tell = [self = QPointer<CopyDialog>(this)](const files::CopyProgress &now) {
        // The pointer is looked at in the window's thread alone.
        QMetaObject::invokeMethod(
            qApp,
            [self, now] {
                if (self)
                    self->progressed(now);
            },
            Qt::QueuedConnection);
    };
    core::whenFinished(files::copyFiles(m_transport, std::move(request), tell, m_cancel->token()), this,
                       [this](const core::Result<files::CopyOutcome> &outcome) { ended(outcome); });
}

void CopyDialog::progressed(const files::CopyProgress &now)
{
    if (!m_cancel)
        return;
    m_progress->setValue(now.ofFile == 0 ? 1000 : static_cast<int>(now.doneOfFile * 1000 / now.ofFile));
    say(tr("%1, %2 in all: %3")
            .arg(tr("%n file(s) done", nullptr, static_cast<int>(now.files)),
                 QLocale().formattedDataSize(static_cast<qint64>(now.bytes)), toQt(now.name)),
        false);
}

void CopyDialog::ended(const core::Result<files::CopyOutcome> &outcome)
{
    m_cancel.reset();
    refresh();
    // While it copied, the focus went to the only buttons left; Return there would close the dialog.
    m_remote->setFocus();
    if (outcome)
        say(tr("Copied %1.").arg(toQt(files::describe(*outcome))), false);
    else if (outcome.error().kind == core::ErrorKind::Cancelled)
        say(tr("Stopped. What was under way has a temporary name that ends in .part."), true);
    else
        say(toQt(outcome.error().describe()), true);
}

void CopyDialog::say(const QString &text, bool failed)
{
    setStyleProperty(*m_said, "role", failed ? u"error"_s : u"muted"_s);
    m_said->setText(text);
}

} // namespace binnacle::widgets
