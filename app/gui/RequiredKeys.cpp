// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/RequiredKeys.h"

#include "core/WhenFinished.h"
#include "widgets/common/Background.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace binnacle::gui {

namespace {

constexpr int pause = 300; ///< milliseconds

} // namespace

RequiredKeys::RequiredKeys(std::shared_ptr<kube::Client> client, cluster::Store &store, stack::Stack stack,
                           QObject *parent)
    : QObject(parent), m_client(std::move(client)), m_stack(std::make_shared<const stack::Stack>(std::move(stack)))
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(pause);
    connect(&m_pause, &QTimer::timeout, this, &RequiredKeys::ask);
    connect(&store, &cluster::Store::changed, this, [this](const cluster::ChangeSet &changes) {
        const bool concerns = std::any_of(changes.begin(), changes.end(),
                                          [this](const auto &change) { return m_named.contains(change.key); });
        if (concerns)
            m_pause.start();
    });
    render();
}

RequiredKeys::~RequiredKeys()
{
    m_asking.cancel();
}

void RequiredKeys::render()
{
    core::whenFinished(widgets::inBackground([stack = m_stack] { return stack::render(*stack, {}); }), this,
                       [this](const core::Result<std::vector<core::Json>> &objects) {
                           // A stack that cannot be rendered says so where it is planned.
                           if (!objects)
                               return;
                           m_objects = std::make_shared<const std::vector<core::Json>>(*objects);
                           m_named = stack::namedConfigs(*m_stack, *m_objects);
                           ask();
                       });
}

void RequiredKeys::ask()
{
    if (!m_objects)
        return;
    m_asking.cancel();
    m_asking = {};
    core::whenFinished(operations::missingStackKeys(m_client, m_stack, m_objects, m_asking.token()), this,
                       [this](const core::Result<operations::MissingStackKeys> &missing) {
                           if (!missing || *missing == m_missing)
                               return;
                           m_missing = *missing;
                           emit changed();
                       });
}

} // namespace binnacle::gui
