// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/ActionRegistry.h"
#include "kube/ObjectReference.h"

#include <functional>
#include <string>

namespace binnacle::gui {

class ClusterSession;
class FormHost;

/// One action that opens a form for the selected object.
struct FormAction
{
    ActionRegistry::Definition definition;
    /// Whether objects of this kind have what the form edits; on others the action is hidden.
    std::function<bool(const core::GroupKind &kind)> fits;
    /// Why it is not offered for the others: "Only Deployments have …".
    QString otherwise;
    /// What the user must be allowed to do with the object.
    std::string verb = "patch";
    std::function<void(FormHost &host, const kube::ObjectKey &object)> open;
    /// Of an object whose kind fits: why it is not offered for this one, and is hidden; empty: it is. None: always is.
    std::function<QString(const ClusterSession &session, const kube::ObjectKey &object)> refuses = {};
    /// The sub-resource with which that is done, of objects of this kind. None: with the object itself.
    std::function<std::string(const core::GroupKind &kind)> subresource = {};
};

} // namespace binnacle::gui
