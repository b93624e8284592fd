// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/BottomDock.h"

#include "widgets/theme/Icons.h"

#include <QTabBar>
#include <QToolButton>

#include <memory>

namespace binnacle::gui {

using namespace Qt::Literals::StringLiterals;

BottomDock::BottomDock(QWidget *parent) : QTabWidget(parent)
{
    setObjectName(u"bottomDock"_s);
    setAccessibleName(tr("Logs and terminals"));
    setDocumentMode(true);
    setTabsClosable(true);
    setMovable(true);
    setMinimumHeight(160);
    auto *close = new QToolButton(this);
    close->setObjectName(u"closeDock"_s);
    close->setIcon(widgets::themedIcon(u"close"_s));
    close->setAccessibleName(tr("Close all"));
    close->setToolTip(tr("Close all"));
    setCornerWidget(close);
    connect(close, &QToolButton::clicked, this, &BottomDock::closeAll);
    connect(this, &QTabWidget::tabCloseRequested, this, &BottomDock::closePage);
    hide();
}

int BottomDock::find(const QString &key) const
{
    for (int index = 0; index < count(); ++index) {
        if (widget(index)->property("dockKey") == key)
            return index;
    }
    return -1;
}

void BottomDock::open(QWidget *page, const QIcon &icon, const QString &title, const QString &key)
{
    page->setProperty("dockKey", key);
    const int old = find(key);
    const int index = old < 0 ? addTab(page, icon, title) : insertTab(old, page, icon, title);
    if (old >= 0)
        closePage(old + 1);
    setCurrentIndex(index);
    show();
    page->setFocus(Qt::OtherFocusReason);
}

void BottomDock::closePage(int index)
{
    const std::unique_ptr<QWidget> page(widget(index));
    removeTab(index);
    if (count() > 0)
        return;
    hide();
    emit emptied();
}

void BottomDock::closeAll()
{
    while (count() > 0)
        closePage(0);
}

} // namespace binnacle::gui
