// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Client.h"
#include "runbook/Plan.h"

namespace binnacle::operations {

/// A field that is neither as the operator saw it nor as the operator wants it.
struct FieldConflict
{
    runbook::FieldEdit edit;
    std::shared_ptr<const core::Json> live; ///< what it is now; null: absent
};

/// Pure: what of these edits is in the way of somebody else's change.
[[nodiscard]] std::vector<FieldConflict> conflictsOf(const runbook::EditTask &edit, const core::Json &live);
/// Pure: the object with the edits, whatever its fields were. An error when a field has no place in it.
[[nodiscard]] core::Result<core::Json> withEdits(core::Json object, const runbook::EditTask &edit);
/// Pure: the edit that makes this object; it must not exist. Its only field is the whole.
[[nodiscard]] runbook::EditTask creationOf(core::Json object);
/// Pure: whether the edit makes its object.
[[nodiscard]] bool isCreation(const runbook::EditTask &edit);
/// Pure: the edits that make `changed` out of `base` in these fields; fields that are equal are left out, and so are
/// those within another one of them.
[[nodiscard]] core::Result<runbook::EditTask> editsBetween(const core::Json &base, const core::Json &changed,
                                                           const std::vector<std::string> &paths);
/// Pure: the edit that takes this one back.
[[nodiscard]] runbook::EditTask reversed(const runbook::EditTask &edit);
/// Conflict, naming each field with what was seen, is wanted, and is there now; the causes are per field.
[[nodiscard]] core::Error conflictError(const kube::ObjectKey &object, const std::vector<FieldConflict> &conflicts);

/// Makes the edits on the server: reads the object, checks that no field was changed by somebody else, and patches with
/// the version read as the precondition, anew when another field was changed in between. An object to be made must not
/// exist yet, or be just like it already. The answer is the object (or
/// its sub-resource) afterwards. Under the field manager "binnacle-edit".
[[nodiscard]] QFuture<core::Result<core::Json>> applyEdits(std::shared_ptr<kube::Client> client, kube::ObjectKey object,
                                                           std::shared_ptr<const runbook::EditTask> edit, bool dryRun,
                                                           core::CancellationToken token = {});

} // namespace binnacle::operations
