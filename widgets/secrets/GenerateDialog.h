// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Random.h"
#include "core/SecretString.h"
#include "operations/SecretGenerator.h"

#include <QDialog>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace binnacle::widgets {

/// Asks of what kind a generated value shall be, and says how hard it is to guess. Never shows one.
class GenerateDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Offer {
        Text,
        TextAndKeyPairs, ///< there is a place for a public key, too
    };

    explicit GenerateDialog(core::Random &random, Offer offer, QWidget *parent = nullptr);

signals:
    /// The value; of a key pair the private key.
    void generated(const QByteArray &value, const QByteArray &publicKey);

private:
    void show();
    void generate();
    void generateKeys();
    void fail(const core::Error &error);
    [[nodiscard]] std::string alphabet() const;
    [[nodiscard]] bool isKeyPair() const;

    core::Random &m_random;
    QComboBox *m_kind;
    QSpinBox *m_length;
    QLineEdit *m_characters;
    QLabel *m_strength;
    QPushButton *m_accept;
};

} // namespace binnacle::widgets
