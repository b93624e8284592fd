// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/secrets/SecretFiles.h"

#include "operations/ConfigData.h"

#include <QFile>

#include <nlohmann/json.hpp>

namespace binnacle::widgets {

namespace {

core::Error fileError(const QFile &file, const char *what, const char *next)
{
    auto error = core::makeError(core::ErrorKind::Io, what + file.errorString().toStdString(), next);
    error.object = file.fileName().toStdString();
    return error;
}

} // namespace

core::Result<core::SecretString> readSecretFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return core::fail(fileError(file, "cannot be read: ", "check its permissions"));
    QByteArray bytes = file.read(static_cast<qint64>(operations::mostConfigBytes) + 1);
    if (const auto fits = operations::checkConfigBytes(static_cast<std::size_t>(bytes.size())); !fits)
        return core::fail(fits.error());
    core::SecretString value(bytes.toStdString());
    bytes.fill('\0');
    return value;
}

core::Result<void> writeSecretFile(const QString &path, const core::SecretString &value)
{
    QFile::remove(path); // made anew, so that it never had another's permissions; the file dialog has asked
    QFile file(path);
    const auto bytes = value.reveal();
    const bool written =
        file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFileDevice::ReadOwner | QFileDevice::WriteOwner) &&
        file.write(bytes.data(), static_cast<qint64>(bytes.size())) == static_cast<qint64>(bytes.size()) &&
        file.flush();
    if (written)
        return {};
    return core::fail(fileError(file, "cannot be written: ", "choose a folder that you may write to"));
}

} // namespace binnacle::widgets
