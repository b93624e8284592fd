// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/WorkerMailbox.h"

#include <QObject>

namespace binnacle::kube {

void WorkerMailbox::open(QObject *worker)
{
    const std::scoped_lock lock(m_mutex);
    m_worker = worker;
}

void WorkerMailbox::close()
{
    const std::scoped_lock lock(m_mutex);
    m_worker = nullptr;
}

void WorkerMailbox::post(std::function<void()> task)
{
    const std::scoped_lock lock(m_mutex);
    if (m_worker != nullptr)
        QMetaObject::invokeMethod(m_worker, std::move(task), Qt::QueuedConnection);
}

} // namespace binnacle::kube
