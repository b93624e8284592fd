// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/Transport.h"
#include "stack/Stack.h"

#include <QFuture>

#include <memory>
#include <optional>
#include <vector>

namespace binnacle::gui {

/// What a window shows of a cluster.
struct Picture
{
    std::optional<stack::Stack> stack; ///< nothing: what is inferred from the objects …
    core::Namespace nameSpace;         ///< … of this namespace; empty: of all
};

/// What the server said to one question.
enum class Evidence {
    Present, ///< there is such a thing
    Absent,  ///< there is none
    Hidden,  ///< this user may not know
    Unknown, ///< no answer, or one that means neither
};

/// What is known of one stack's namespaces in a cluster.
struct StackEvidence
{
    std::vector<Evidence> nameSpaces;  ///< whether each exists
    std::vector<Evidence> deployments; ///< whether each holds one; Absent, too, where it does not exist
};

enum class PictureKind { Stack, Everything, OneNamespace };

struct PictureDecision
{
    PictureKind kind = PictureKind::Stack;
    std::size_t stack = 0; ///< which, of PictureKind::Stack

    friend bool operator==(const PictureDecision &, const PictureDecision &) = default;
};

/// Pure: which picture says most. The first stack of which something is there; the first one, so that it can be
/// deployed, where nothing runs at all; otherwise what runs there, as far as this user may see.
[[nodiscard]] PictureDecision decidePicture(const std::vector<StackEvidence> &stacks, Evidence otherDeployments);

/// Asks the cluster what decidePicture() wants to know, in one round, each question for at most five seconds. Never
/// fails: what is not answered is Unknown.
[[nodiscard]] QFuture<core::Result<PictureDecision>> choosePicture(kube::Transport &transport,
                                                                   const std::vector<stack::Stack> &stacks);

} // namespace binnacle::gui
