// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/FieldEdits.h"

#include <QObject>

#include <memory>

namespace binnacle::operations {

/// A problem that belongs to one field of a form.
struct FieldProblem
{
    std::string path; ///< as the form names it; empty: of the object as a whole
    std::string text; ///< the server's words
};

/// What the server thinks of a form as it stands.
struct EditCheck
{
    enum class State {
        Loading,     ///< the object has not been read yet
        Unchanged,   ///< nothing to write
        Checking,    ///< the server is being asked
        Valid,       ///< the server would take it
        Refused,     ///< the server would not: see problems
        Conflicting, ///< somebody else changed a field of this form: see conflicts
        Forbidden,   ///< this user may not write it
        Gone,        ///< the object no longer exists
        Unreachable, ///< nobody knows: there is no connection, or the server is in trouble
    };
    State state = State::Loading;
    std::vector<FieldProblem> problems;
    std::vector<FieldConflict> conflicts;
    std::string diff;                 ///< of a valid form: what would change, as unified text
    std::optional<core::Error> error; ///< the whole failure, for its cause and next step
};

/// One object being edited in a form: remembers how it was when the form was opened, and has the server dry-run the
/// fields as they are typed, a moment after the last key stroke. Writes nothing: that is a plan's business. Lives in
/// the GUI's thread and never blocks it.
class EditSession : public QObject
{
    Q_OBJECT

public:
    EditSession(std::shared_ptr<kube::Client> client, kube::ObjectKey object, std::string subresource = {},
                QObject *parent = nullptr);
    ~EditSession() override;

    /// The object is to be made, and begins as this one; it must not exist. Before load().
    void create(core::Json object);
    [[nodiscard]] bool isCreation() const;

    /// Reads the object; loaded() or, when it cannot be read, checked() follows.
    void load();

    /// Of an object to be made the name is what /metadata/name says.
    [[nodiscard]] const kube::ObjectKey &object() const { return m_object; }
    /// As it was when the form was opened, or after the last rebase; null before loaded(), and of one to be made.
    [[nodiscard]] const core::Json &base() const;
    /// The base with the operator's values.
    [[nodiscard]] const core::Json &edited() const;

    /// Sets a field to what the operator wants; null removes it. A usage error when it has no place in the object.
    core::Result<void> set(const std::string &path, const core::Json &value);
    /// The field's value as the form should show it; null: absent.
    [[nodiscard]] core::Json value(const std::string &path) const;

    [[nodiscard]] const EditCheck &check() const { return m_check; }
    /// The fields that differ from the base; empty: nothing to write.
    [[nodiscard]] runbook::EditTask edit() const;
    /// Asks the server again at once: when the object changed, or the connection is back.
    void recheck();

    /// Takes the object as it is now for the base. Of the fields in conflict those in `mine` keep the operator's value,
    /// the others take the present one. Values of fields without conflict stay. loaded() follows.
    void rebase(const std::vector<std::string> &mine);

signals:
    /// The base is there, or is another one.
    void loaded();
    /// check() has changed.
    void checked();

private:
    void read(const std::vector<std::string> &mine, bool keepValues);
    void take(core::Json live, const std::vector<std::string> &mine, bool keepValues);
    void begin(bool keepValues);
    void scheduleCheck();
    void askServer();
    void answered(const core::Result<core::Json> &answer);
    [[nodiscard]] EditCheck checkOf(const core::Error &error) const;
    void become(EditCheck check);

    struct Private;
    kube::ObjectKey m_object;
    EditCheck m_check;
    std::unique_ptr<Private> d;
};

/// Pure: what a failed dry run means for a form with these fields.
[[nodiscard]] EditCheck checkOfError(const core::Error &error, const std::vector<std::string> &fields,
                                     const core::Json &edited);

} // namespace binnacle::operations
