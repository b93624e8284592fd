// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tables/ObjectTableView.h"

#include "widgets/theme/Text.h"

namespace binnacle::widgets {

using namespace Qt::Literals::StringLiterals;

ObjectTableView::ObjectTableView(const cluster::Store &store, QWidget *parent)
    : ObjectTableView(new items::ObjectTableModel(store), parent)
{
}

ObjectTableView::ObjectTableView(items::ObjectTableModel *model, QWidget *parent)
    : TableScreen(*model, u"objectTableView"_s, parent), m_model(model)
{
    model->setParent(this);
}

void ObjectTableView::show(const core::GroupKind &kind, const QString &title,
                           const std::set<core::Namespace> &nameSpaces)
{
    m_model->show(kind, nameSpaces);
    setTitle(title);
    setLayoutId(toQt(kind.kind), {u"labels"_s, u"image"_s});
}

} // namespace binnacle::widgets
