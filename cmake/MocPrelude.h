// SPDX-License-Identifier: GPL-3.0-or-later
// Read by moc alone, before every header. Qt 6.4's moc reaches libstdc++'s <concepts> without having seen this macro,
// and stops at "namespace std _GLIBCXX_VISIBILITY(default)".
#pragma once
#define _GLIBCXX_VISIBILITY(visibility)
