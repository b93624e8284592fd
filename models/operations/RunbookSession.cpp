// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/RunbookSession.h"

#include "cluster/ClusterObserver.h"
#include "core/Futures.h"
#include "operations/KubeExecutor.h"
#include "operations/ObjectText.h"
#include "operations/StoreGateKeeper.h"

#include <nlohmann/json.hpp>

#include <QTimer>

#include <algorithm>

namespace binnacle::operations {

namespace {

core::Error nothingToResume(const std::string &stack)
{
    return core::makeError(core::ErrorKind::NotFound,
                           "no interrupted runbook of stack \"" + stack + "\" is in the journal", "deploy it instead");
}

bool wantsData(const runbook::Task &task)
{
    const auto *apply = std::get_if<runbook::ApplyTask>(&task.work);
    return apply != nullptr && task.object.kind == core::GroupKind{"", "Secret"};
}

/// Gives Secrets of the manifests back what the journal did not keep.
core::Result<void> refill(runbook::Plan &plan, const std::vector<core::Json> &rendered)
{
    for (runbook::Step &step : plan.steps) {
        for (runbook::Task &task : step.tasks) {
            if (!wantsData(task))
                continue;
            const auto found = std::find_if(rendered.begin(), rendered.end(),
                                            [&](const core::Json &object) { return keyOf(object) == task.object; });
            if (found == rendered.end())
                return core::fail(core::ErrorKind::Configuration,
                                  task.object.describe() +
                                      " is no longer in the stack, and the journal keeps no secrets",
                                  "deploy anew instead of resuming");
            std::get<runbook::ApplyTask>(task.work).manifest = std::make_shared<const core::Json>(*found);
        }
    }
    return {};
}

} // namespace

QFuture<core::Result<std::vector<SecretPrompt>>>
missingSecrets(std::shared_ptr<kube::Client> client, runbook::PlanPointer plan, core::CancellationToken token)
{
    std::vector<QFuture<core::Result<std::vector<SecretPrompt>>>> asked;
    for (const runbook::Step &step : plan->steps) {
        for (const runbook::Task &task : step.tasks) {
            const auto *secret = std::get_if<runbook::SecretTask>(&task.work);
            if (secret == nullptr)
                continue;
            asked.push_back(core::then(
                client->get(task.object, token),
                [object = task.object,
                 keys = secret->keys](const core::Result<core::Json> &live) -> core::Result<std::vector<SecretPrompt>> {
                    if (!live && live.error().kind != core::ErrorKind::NotFound)
                        return core::fail(live.error());
                    const core::Json data = live ? live->value("data", core::Json::object()) : core::Json::object();
                    std::vector<SecretPrompt> prompts;
                    for (const auto &key : keys) {
                        if (key.source == runbook::SecretTask::Key::Source::Prompt && !data.contains(key.name))
                            prompts.push_back({object, key.name, {}, key.defaultValue, key.optional});
                    }
                    return prompts;
                }));
        }
    }
    return core::then(
        collect(std::move(asked)),
        [](const core::Result<std::vector<std::vector<SecretPrompt>>> &all) -> core::Result<std::vector<SecretPrompt>> {
            if (!all)
                return core::fail(all.error());
            std::vector<SecretPrompt> prompts;
            for (const auto &part : *all)
                prompts.insert(prompts.end(), part.begin(), part.end());
            return prompts;
        });
}

struct RunbookSession::Private
{
    std::shared_ptr<kube::Client> client;
    const core::Clock &clock;
    core::Random &random;
    std::filesystem::path path;
    cluster::Store *store;
    std::unique_ptr<cluster::Store> ownStore;
    std::unique_ptr<cluster::ClusterObserver> observer;
    std::unique_ptr<runbook::Journal> journal;
    std::optional<runbook::StackLock> lock;
    std::unique_ptr<KubeExecutor> executor;
    std::unique_ptr<StoreGateKeeper> gates;
    std::unique_ptr<runbook::Runner> runner;
    std::optional<core::Error> error;

    [[nodiscard]] core::Result<void> open(const runbook::Target &target, const std::string &stack)
    {
        auto opened = runbook::Journal::open(path.empty() ? runbook::Journal::defaultPath() : path, clock);
        if (!opened)
            return core::fail(opened.error());
        journal = std::move(*opened);
        auto locked = journal->lock(target, stack);
        if (!locked)
            return core::fail(locked.error());
        lock.emplace(std::move(*locked));
        return {};
    }
};

RunbookSession::RunbookSession(std::shared_ptr<kube::Client> client, const core::Clock &clock, core::Random &random,
                               std::filesystem::path journal, cluster::Store *store, QObject *parent)
    : QObject(parent),
      d(new Private{.client = std::move(client),
                    .clock = clock,
                    .random = random,
                    .path = std::move(journal),
                    .store = store,
                    .ownStore = {},
                    .observer = {},
                    .journal = {},
                    .lock = {},
                    .executor = {},
                    .gates = {},
                    .runner = {},
                    .error = {}})
{
}

RunbookSession::~RunbookSession() = default;

void RunbookSession::start(runbook::PlanPointer plan, SecretValues secrets)
{
    if (const auto opened = d->open(plan->target, plan->stack); !opened)
        return refuse(opened.error());
    prepareRunner(std::move(plan), std::move(secrets));
    d->runner->start();
}

void RunbookSession::resume(const runbook::Target &target, const std::string &stack, const std::string &runbook,
                            const std::vector<core::Json> &rendered, SecretValues secrets)
{
    if (const auto opened = d->open(target, stack); !opened)
        return refuse(opened.error());
    std::string id = runbook;
    if (id.empty()) {
        const auto known = d->journal->runbooksOf(target, stack);
        if (!known)
            return refuse(known.error());
        if (known->empty() || known->front().outcome == runbook::Outcome::Done)
            return refuse(nothingToResume(stack));
        id = known->front().id;
    }
    auto plan = d->journal->plan(id);
    if (!plan)
        return refuse(plan.error());
    if (const auto filled = refill(*plan, rendered); !filled)
        return refuse(filled.error());
    auto records = d->journal->tasks(id);
    if (!records)
        return refuse(records.error());
    plan->target = target; // the same cluster may have another name today
    prepareRunner(std::make_shared<const runbook::Plan>(std::move(*plan)), std::move(secrets));
    d->runner->resume(std::move(*records));
}

void RunbookSession::prepareRunner(runbook::PlanPointer plan, SecretValues secrets)
{
    if (d->store == nullptr) {
        d->ownStore = std::make_unique<cluster::Store>(d->clock);
        d->store = d->ownStore.get();
        d->observer = std::make_unique<cluster::ClusterObserver>(d->client, *d->store);
        d->observer->observe(feedsOf(*plan));
    }
    d->executor = std::make_unique<KubeExecutor>(d->client, d->random, std::move(secrets));
    d->gates = std::make_unique<StoreGateKeeper>(*d->store);
    d->runner = std::make_unique<runbook::Runner>(std::move(plan), *d->executor, *d->gates, *d->journal, d->clock);
    connect(d->runner.get(), &runbook::Runner::stateChanged, this, &RunbookSession::stateChanged);
    connect(d->runner.get(), &runbook::Runner::finished, this, [this] {
        d->lock.reset();
        emit finished();
    });
}

void RunbookSession::refuse(const core::Error &error)
{
    d->error = error;
    QTimer::singleShot(0, this, &RunbookSession::finished);
}

void RunbookSession::cancel()
{
    if (d->runner)
        d->runner->cancel();
}

const runbook::RunState *RunbookSession::state() const
{
    return d->runner ? &d->runner->state() : nullptr;
}

std::vector<runbook::Hold> RunbookSession::holds() const
{
    return d->runner ? d->runner->holds() : std::vector<runbook::Hold>();
}

core::Json RunbookSession::report() const
{
    if (d->runner)
        return d->runner->report();
    return {{"outcome", "failed"}, {"runbook", ""}, {"steps", core::Json::array()}};
}

std::optional<core::Error> RunbookSession::error() const
{
    return d->runner ? d->runner->state().error : d->error;
}

} // namespace binnacle::operations
