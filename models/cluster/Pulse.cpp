// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/Pulse.h"

#include "core/WhenFinished.h"

#include <algorithm>

namespace binnacle::cluster {

Pulse::Pulse(std::shared_ptr<kube::Client> client, const Store &store, QObject *parent)
    : QObject(parent), m_client(std::move(client)), m_store(store)
{
    m_timer.setInterval(std::chrono::seconds(3));
    connect(&m_timer, &QTimer::timeout, this, &Pulse::beat);
    m_timer.start();
}

Pulse::~Pulse()
{
    m_cancel.cancel();
}

std::optional<std::chrono::steady_clock::time_point> Pulse::lastHeard() const
{
    auto last = m_answered;
    for (const auto &[feed, status] : m_store.feeds()) {
        if (status.lastContact && (!last || *status.lastContact > *last))
            last = status.lastContact;
    }
    return last;
}

void Pulse::beat()
{
    const auto last = lastHeard();
    // Before the first answer the feeds say themselves what is wrong.
    if (!last || m_asking)
        return;
    if (m_store.clock().monotonic() - *last >= patience)
        ask();
    else
        setProblem(std::nullopt);
}

void Pulse::ask()
{
    m_asking = true;
    kube::HttpRequest request;
    request.path = "/version";
    request.timeout = deadline;
    core::whenFinished(m_client->transport().send(std::move(request), m_cancel.token()), this,
                       [this](const core::Result<kube::HttpResponse> &answer) {
                           m_asking = false;
                           // A refusal is an answer too: the feeds tell what it means for the data.
                           if (answer || answer.error().httpStatus != 0) {
                               m_answered = m_store.clock().monotonic();
                               setProblem(std::nullopt);
                           } else {
                               setProblem(answer.error());
                           }
                       });
}

void Pulse::setProblem(std::optional<core::Error> problem)
{
    const bool was = m_problem.has_value();
    m_problem = std::move(problem);
    if (was != m_problem.has_value())
        emit changed();
}

} // namespace binnacle::cluster
