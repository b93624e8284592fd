// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "terminal/TerminalScreen.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QTimer>

namespace binnacle::widgets {

/// Draws a terminal's screen and history, and makes bytes of keys, pastes and the mouse. Takes every key, but for
/// those that its tool tip names; Ctrl+Shift+O leaves it.
class TerminalView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit TerminalView(QWidget *parent = nullptr);
    ~TerminalView() override;

    [[nodiscard]] terminal::TerminalScreen &screen() { return m_screen; }
    /// Shows what the program wrote; cheap, drawn at most once a frame.
    void feed(std::string_view bytes);
    /// A line of our own, on a line of its own: that the shell ended.
    void say(const QString &text);
    /// Without one, keys go nowhere and the cursor is hidden.
    void setConnected(bool connected);
    void setFontSize(int points);
    [[nodiscard]] bool hasSelection() const { return m_from < m_to; }
    [[nodiscard]] QString selectedText() const;
    void selectAll();
    void copy() const;
    void paste();

signals:
    /// For the program's input.
    void typed(const QByteArray &bytes);
    void pasted(const QString &text);
    /// The screen has another size; of now: screen().
    void resized(int columns, int rows);
    void titleChanged(const QString &title);
    /// To the screen that the keys came from.
    void leaveWanted();
    void closeWanted();
    /// Return was pressed where nothing is connected.
    void reconnectWanted();
    void rang();

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void inputMethodEvent(QInputMethodEvent *event) override;
    [[nodiscard]] QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    [[nodiscard]] bool focusNextPrevChild(bool next) override;

private:
    static constexpr int margin = 6; ///< left and right of the cells
    enum class Grip { Characters, Words, Lines };

    [[nodiscard]] bool ownKey(const QKeyEvent &event);
    void sendAnswers();
    void adaptFont();
    void adaptSize();
    void changed();
    void updateBar();
    void speak();
    [[nodiscard]] std::uint64_t topLine() const;
    [[nodiscard]] terminal::TerminalPlace placeAt(const QPointF &point) const;
    [[nodiscard]] QRect cursorArea() const;
    void select(const terminal::TerminalPlace &anchor, const terminal::TerminalPlace &end, Grip grip);
    void clearSelection();
    [[nodiscard]] bool tellMouse(const QPointF &point, int button, bool pressed, Qt::KeyboardModifiers modifiers);
    void restartBlinking();

    terminal::TerminalScreen m_screen{80, 24};
    QSize m_cell{8, 16};
    QTimer m_repaint; ///< one frame after the first change
    QTimer m_blink;
    QTimer m_speak; ///< to screen readers, when the program pauses
    bool m_blinkedOff = false;
    bool m_isConnected = false;
    bool m_isAdjusting = false;
    bool m_isFollowing = true; ///< the end is seen, and stays so
    QString m_composing;       ///< what an input method has not yet made up its mind on
    QString m_title;
    std::uint64_t m_top = 0;              ///< the first line seen
    terminal::TerminalPlace m_anchor;     ///< where the selection began
    terminal::TerminalPlace m_from, m_to; ///< selected, when m_from < m_to
    Grip m_grip = Grip::Characters;
    bool m_isSelecting = false;
    int m_wheel = 0;             ///< of a notch, in eighths of a degree
    QElapsedTimer m_sinceDouble; ///< since a double click
};

} // namespace binnacle::widgets
