// SPDX-License-Identifier: GPL-3.0-or-later
#include "FieldEdit.h"

#include "ContractTest.h"
#include "core/FieldPath.h"
#include "operations/FieldEdits.h"

namespace binnacle::contract {

Edit editOf(const kube::ObjectKey &key, const std::vector<FieldValue> &values, const std::string &subresource)
{
    const auto base = ctl::await(theClient()->get(key));
    if (!base) {
        ADD_FAILURE() << base.error().describe();
        return std::make_shared<const runbook::EditTask>();
    }
    Json changed = *base;
    std::vector<std::string> paths;
    for (const auto &[path, value] : values) {
        EXPECT_TRUE(core::FieldPath::parse(path)->set(changed, value)) << path;
        paths.push_back(path);
    }
    auto made = operations::editsBetween(*base, changed, paths);
    EXPECT_TRUE(made);
    made->subresource = subresource;
    return std::make_shared<const runbook::EditTask>(std::move(*made));
}

} // namespace binnacle::contract
