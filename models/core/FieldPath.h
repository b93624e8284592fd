// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/Json.h"
#include "core/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace binnacle::core {

/// Names one field of an object. Written as a JSON pointer (RFC 6901) whose segments may also pick the element of a
/// list by one of its fields, as Kubernetes' own merge keys do:
/// "/spec/template/spec/containers/[name=backend]/image". That field may lie deeper: "[resource.name=cpu]". The empty
/// path is the whole object.
class FieldPath
{
public:
    /// Usage error when the text is no path.
    [[nodiscard]] static Result<FieldPath> parse(std::string_view text);

    /// The field, or nullptr when it or anything on the way is absent.
    [[nodiscard]] const Json *find(const Json &root) const;
    /// The field's value; null when it is absent.
    [[nodiscard]] Json valueIn(const Json &root) const;
    /// Sets the field; null removes it. Objects on the way are made; an element of a list is not, but where the path
    /// ends with a pick that finds none the value is appended.
    [[nodiscard]] Result<void> set(Json &root, Json value) const;
    /// As a server names fields in errors, "spec.template.spec.containers[0].image"; by the positions in `root`.
    [[nodiscard]] std::string serverName(const Json &root) const;
    /// Adds the field to a strategic merge patch: picked list elements are named by the field that picks them.
    void addToPatch(Json &patch, Json value) const;
    /// As a path expression of the program jq: .["spec"]["limits"][] | select(.type == "Pod") | .["max"]
    [[nodiscard]] std::string forJq() const;
    /// Whether an element of a list is picked by one of its fields.
    [[nodiscard]] bool selects() const;
    [[nodiscard]] const std::string &text() const { return m_text; }

private:
    struct Segment
    {
        std::string key;      ///< of an object, or the position in a list
        std::string selector; ///< not empty: the field by which the element is picked; key is its value
    };

    [[nodiscard]] static const Json *step(const Json &parent, const Segment &segment);

    std::string m_text;
    std::vector<Segment> m_segments;
};

/// A JSON pointer's segment for any key: "~" and "/" escaped.
[[nodiscard]] std::string pointerSegment(std::string_view key);

} // namespace binnacle::core
