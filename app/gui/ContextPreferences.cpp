// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/ContextPreferences.h"

#include "widgets/theme/Text.h"

#include <QCryptographicHash>
#include <QRegularExpression>
#include <QSettings>
#include <QUrl>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;
using widgets::toQt;

namespace {

constexpr int mostRecent = 8;

/// Names of contexts hold slashes and other characters that mean something to QSettings.
QString keyOf(const char *group, const core::ContextName &context)
{
    return QString::fromLatin1(group) + u'/' + QString::fromLatin1(QUrl::toPercentEncoding(toQt(context.value())));
}

/// A digest, because arguments may hold what is not for a settings file. Any change asks again.
QString digestOf(const kube::ContextSummary &context)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArray::fromStdString(context.execCommand));
    for (const std::string &argument : context.execArguments) {
        hash.addData(QByteArray(1, '\0'));
        hash.addData(QByteArray::fromStdString(argument));
    }
    return QString::fromLatin1(hash.result().toHex());
}

} // namespace

ContextPreferences::ContextPreferences(const QString &file)
    : m_settings(file.isEmpty() ? std::make_unique<QSettings>()
                                : std::make_unique<QSettings>(file, QSettings::IniFormat))
{
}

ContextPreferences::~ContextPreferences() = default;

QStringList ContextPreferences::recent() const
{
    return m_settings->value(u"recentContexts"_s).toStringList();
}

void ContextPreferences::markUsed(const core::ContextName &context)
{
    QStringList names = recent();
    names.removeAll(toQt(context.value()));
    names.prepend(toQt(context.value()));
    m_settings->setValue(u"recentContexts"_s, QStringList(names.mid(0, mostRecent)));
}

bool ContextPreferences::isReadOnly(const kube::ContextSummary &context) const
{
    return m_settings->value(keyOf("readOnly", context.name), looksLikeProduction(context)).toBool();
}

void ContextPreferences::setReadOnly(const core::ContextName &context, bool on)
{
    m_settings->setValue(keyOf("readOnly", context), on);
}

std::optional<std::string> ContextPreferences::picture(const core::ContextName &context) const
{
    const QVariant value = m_settings->value(keyOf("picture", context));
    return value.isValid() ? std::optional(value.toString().toStdString()) : std::nullopt;
}

void ContextPreferences::setPicture(const core::ContextName &context, const std::optional<std::string> &picture)
{
    if (picture)
        m_settings->setValue(keyOf("picture", context), toQt(*picture));
    else
        m_settings->remove(keyOf("picture", context));
}

bool ContextPreferences::mayRunPlugin(const kube::ContextSummary &context) const
{
    return m_settings->value(keyOf("plugins", context.name)).toString() == digestOf(context);
}

void ContextPreferences::allowPlugin(const kube::ContextSummary &context)
{
    m_settings->setValue(keyOf("plugins", context.name), digestOf(context));
}

bool looksLikeProduction(const kube::ContextSummary &context)
{
    static const QRegularExpression word(
        u"(^|[^a-z])(?<!non[^a-z])(?<!pre[^a-z])(prod|production|prd|live)([^a-z]|$)"_s,
        QRegularExpression::CaseInsensitiveOption);
    for (const std::string &name : {context.name.value(), context.cluster, context.server}) {
        if (word.match(toQt(name)).hasMatch())
            return true;
    }
    return false;
}

} // namespace binnacle::gui
