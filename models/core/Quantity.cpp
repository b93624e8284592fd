// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/Quantity.h"

#include <limits>

namespace binnacle::core {

namespace {

constexpr long long nanoPerUnit = 1'000'000'000;

} // namespace

Quantity Quantity::fromMilli(long long milli)
{
    Quantity quantity;
    quantity.m_nano = Int128(milli) * (nanoPerUnit / 1000);
    return quantity;
}

Quantity Quantity::fromBytes(long long bytes)
{
    Quantity quantity;
    quantity.m_nano = Int128(bytes) * nanoPerUnit;
    quantity.m_format = Format::BinarySI;
    return quantity;
}

} // namespace binnacle::core
