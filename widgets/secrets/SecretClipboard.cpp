// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/secrets/SecretClipboard.h"

#include "widgets/theme/Text.h"

#include <QClipboard>
#include <QCryptographicHash>
#include <QGuiApplication>
#include <QMimeData>

namespace binnacle::widgets {

namespace {

QByteArray digestOf(const QByteArray &text)
{
    return QCryptographicHash::hash(text, QCryptographicHash::Sha256);
}

} // namespace

SecretClipboard::SecretClipboard(QObject *parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(stay);
    connect(&m_timer, &QTimer::timeout, this, &SecretClipboard::clear);
}

SecretClipboard::~SecretClipboard()
{
    clear();
}

void SecretClipboard::copy(const core::SecretString &value)
{
    auto *data = new QMimeData; // the clipboard takes it
    data->setText(toQt(value.reveal()));
    // Klipper and those that follow it keep what is marked so out of their history.
    data->setData(QStringLiteral("x-kde-passwordManagerHint"), QByteArrayLiteral("secret"));
    QGuiApplication::clipboard()->setMimeData(data);
    m_digest = digestOf(QByteArray(value.reveal().data(), static_cast<qsizetype>(value.reveal().size())));
    m_timer.start();
}

void SecretClipboard::clear()
{
    auto *clipboard = QGuiApplication::clipboard();
    if (clipboard != nullptr && !m_digest.isEmpty() && digestOf(clipboard->text().toUtf8()) == m_digest)
        clipboard->clear();
    m_digest.clear();
}

} // namespace binnacle::widgets
