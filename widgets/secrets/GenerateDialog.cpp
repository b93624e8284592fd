// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/secrets/GenerateDialog.h"

#include "core/WhenFinished.h"
#include "widgets/common/Background.h"
#include "widgets/theme/Text.h"
#include "widgets/theme/Theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include <cmath>

namespace binnacle::widgets {

namespace {

enum Kind { Letters, Url, Hex, Own, Ed25519, Rsa };

constexpr int usualLength = 32;
constexpr int longest = 4096;

QByteArray bytesOf(const core::SecretString &value)
{
    return {value.reveal().data(), static_cast<qsizetype>(value.reveal().size())};
}

} // namespace

GenerateDialog::GenerateDialog(core::Random &random, Offer offer, QWidget *parent)
    : QDialog(parent),
      m_random(random),
      m_kind(new QComboBox(this)),
      m_length(new QSpinBox(this)),
      m_characters(new QLineEdit(this)),
      m_strength(new QLabel(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("generateDialog"));
    setWindowTitle(tr("Generate a value"));
    setMinimumWidth(440);
    m_kind->addItems({tr("Letters and digits"), tr("Safe in URLs (base64url)"), tr("Hexadecimal digits"),
                      tr("Characters of your own")});
    if (offer == Offer::TextAndKeyPairs)
        m_kind->addItems({tr("Key pair Ed25519 (PEM)"), tr("Key pair RSA 3072 (PEM)")});
    m_kind->setObjectName(QStringLiteral("generateKind"));
    m_length->setRange(1, longest);
    m_length->setValue(usualLength);
    m_length->setObjectName(QStringLiteral("generateLength"));
    m_characters->setObjectName(QStringLiteral("generateCharacters"));
    m_strength->setWordWrap(true);
    m_strength->setObjectName(QStringLiteral("generateStrength"));
    auto *form = new QFormLayout;
    form->setSpacing(12);
    form->addRow(tr("&Kind"), m_kind);
    form->addRow(tr("&Length"), m_length);
    form->addRow(tr("C&haracters"), m_characters);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_accept = buttons->addButton(tr("&Generate"), QDialogButtonBox::AcceptRole);
    m_accept->setObjectName(QStringLiteral("generateAccept"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(16);
    layout->addLayout(form);
    layout->addWidget(m_strength);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &GenerateDialog::generate);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &GenerateDialog::show);
    connect(m_length, &QSpinBox::valueChanged, this, &GenerateDialog::show);
    connect(m_characters, &QLineEdit::textChanged, this, &GenerateDialog::show);
    show();
}

bool GenerateDialog::isKeyPair() const
{
    return m_kind->currentIndex() >= Ed25519;
}

std::string GenerateDialog::alphabet() const
{
    switch (m_kind->currentIndex()) {
    case Letters:
        return std::string(operations::lettersAndDigits);
    case Url:
        return std::string(operations::urlSafeBase64);
    case Hex:
        return std::string(operations::hexDigits);
    default:
        return m_characters->text().toStdString();
    }
}

void GenerateDialog::show()
{
    m_length->setEnabled(!isKeyPair());
    m_characters->setEnabled(m_kind->currentIndex() == Own);
    const double bits = operations::entropyOf(static_cast<std::size_t>(m_length->value()), alphabet());
    const bool weak = !isKeyPair() && bits < operations::littleEntropy;
    m_accept->setEnabled(isKeyPair() || bits > 0);
    m_strength->setText(
        isKeyPair() ? tr("The private key goes to this key, the public one to the same name with .pub.")
        : weak      ? tr("⚠ %1 bits of entropy: too few where it can be tried without limit.").arg(std::lround(bits))
                    : tr("✓ %1 bits of entropy.").arg(std::lround(bits)));
    m_strength->setStyleSheet(weak ? QStringLiteral("color: %1").arg(Theme::colors().warning.name()) : QString());
}

void GenerateDialog::generate()
{
    if (isKeyPair()) {
        generateKeys();
        return;
    }
    const auto value = operations::generateText(static_cast<std::size_t>(m_length->value()), alphabet(), m_random);
    if (!value) {
        fail(value.error());
        return;
    }
    emit generated(bytesOf(*value), {});
    accept();
}

/// In the background: large RSA keys take their time.
void GenerateDialog::generateKeys()
{
    using Made = core::Result<std::shared_ptr<const operations::KeyPair>>;
    m_accept->setEnabled(false);
    const auto kind =
        m_kind->currentIndex() == Rsa ? operations::KeyPairKind::Rsa3072 : operations::KeyPairKind::Ed25519;
    core::whenFinished(inBackground([kind]() -> Made {
                           auto made = operations::generateKeyPair(kind);
                           if (!made)
                               return core::fail(made.error());
                           return std::make_shared<const operations::KeyPair>(std::move(*made));
                       }),
                       this, [this](const Made &made) {
                           if (!made) {
                               fail(made.error());
                               return;
                           }
                           emit generated(bytesOf((*made)->privateKey), QByteArray::fromStdString((*made)->publicKey));
                           accept();
                       });
}

void GenerateDialog::fail(const core::Error &error)
{
    m_strength->setText(tr("✕ %1").arg(toQt(error.describe())));
    m_accept->setEnabled(true);
}

} // namespace binnacle::widgets
