// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/WorkerMailbox.h"

#include <QObject>
#include <QThread>

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

void WorkerMailbox::run(std::function<void()> task)
{
    std::unique_lock lock(m_mutex);
    const bool isHere = m_worker != nullptr && m_worker->thread() == QThread::currentThread();
    lock.unlock();
    if (isHere)
        task();
    else
        post(std::move(task));
}

} // namespace binnacle::kube
