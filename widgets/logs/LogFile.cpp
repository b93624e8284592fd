// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/logs/LogFile.h"

#include "logs/LogStamp.h"
#include "widgets/common/Background.h"

#include <QSaveFile>

namespace binnacle::widgets {

namespace {

/// Everything the thread needs: chunks stay as they are, whatever the store does meanwhile.
struct Writing
{
    std::vector<logs::LogStore::Stretch> stretches;
    std::vector<std::uint64_t> rows; ///< empty: all
    bool isAll = false;
    std::vector<std::string> labels;
    QString file;
};

core::Result<void> write(const Writing &writing)
{
    QSaveFile file(writing.file);
    const auto problem = [&] {
        auto error = core::makeError(core::ErrorKind::Io, file.errorString().toStdString(), "choose another place");
        error.object = writing.file.toStdString();
        return core::fail(std::move(error));
    };
    if (!file.open(QIODevice::WriteOnly))
        return problem();
    file.setPermissions(QFileDevice::ReadOwner |
                        QFileDevice::WriteOwner); // logs may hold what is nobody else's business
    std::string text;
    auto next = writing.rows.begin();
    for (const auto &stretch : writing.stretches) {
        for (std::size_t at = 0; at < stretch.size; ++at) {
            if (!writing.isAll) {
                if (next == writing.rows.end())
                    break;
                if (*next != stretch.begin + at)
                    continue;
                ++next;
            }
            const auto &entry = stretch.chunk->entry(at);
            text += logs::formatStamp(entry.stamp) + " ";
            if (entry.source < writing.labels.size())
                text += "[" + writing.labels[entry.source] + "] ";
            text += stretch.chunk->text(at);
            text += '\n';
        }
        if (file.write(text.data(), static_cast<qint64>(text.size())) < 0)
            return problem();
        text.clear();
    }
    if (!file.commit())
        return problem();
    return {};
}

} // namespace

QFuture<core::Result<void>> saveLog(const logs::LogStore &lines, const logs::LogRows &rows,
                                    std::vector<std::string> labels, const QString &file)
{
    Writing writing;
    writing.stretches = lines.snapshot(lines.first());
    writing.isAll = rows.filter().showsAll();
    if (!writing.isAll) {
        for (std::uint64_t row = 0; row < rows.count(); ++row)
            writing.rows.push_back(rows.lineAt(row));
    }
    writing.labels = std::move(labels);
    writing.file = file;
    return inBackground([writing = std::move(writing)] { return write(writing); });
}

} // namespace binnacle::widgets
