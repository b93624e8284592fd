// SPDX-License-Identifier: GPL-3.0-or-later
#include "stack/TopologyLayout.h"

#include <cmath>
#include <cstdio>

namespace binnacle::stack {

namespace {

using cluster::HealthState;

struct Look
{
    const char *colour;
    const char *icon; ///< a path in a 16 by 16 box; state is never told by colour alone
};

Look lookOf(HealthState state)
{
    switch (state) {
    case HealthState::Healthy:
        return {"#2e7d32", "M3 8.5 6.5 12 13 4.5"};
    case HealthState::Suspended:
        return {"#5e6a75", "M5.5 4V12M10.5 4V12"};
    case HealthState::Progressing:
        return {"#1565c0", "M8 3.5V8L11 10"};
    case HealthState::Unknown:
        return {"#7b5ea7", "M5.5 6A2.5 2.5 0 1 1 8 8.5V10M8 12.2V12.6"};
    case HealthState::Missing:
        return {"#b26a00", "M4 8H12"};
    case HealthState::Degraded:
        return {"#c62828", "M8 3.5V9M8 11.8V12.4"};
    }
    return {"#7b5ea7", ""};
}

// Attributes instead of a style sheet: not every renderer of SVG knows selectors.
const std::string title = R"(font-size="14" font-weight="600" fill="#1f2933")";
const std::string small = R"(font-size="12" fill="#52606d")";

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

/// Escaped, and cut to what fits: SVG does not clip text by itself.
std::string escaped(const std::string &text, std::size_t limit = 200)
{
    std::string out;
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
        if (!continues && ++count > limit)
            return out + "…";
        switch (text[i]) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            if (static_cast<unsigned char>(text[i]) >= 0x20U || text[i] == '\n')
                out += text[i];
        }
    }
    return out;
}

std::string rect(const Rect &r, double radius, const std::string &attributes)
{
    return "<rect x=\"" + number(r.x) + "\" y=\"" + number(r.y) + "\" width=\"" + number(r.width) + "\" height=\"" +
           number(r.height) + "\" rx=\"" + number(radius) + "\" " + attributes + "/>\n";
}

std::string label(double x, double y, const std::string &attributes, const std::string &text)
{
    return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" " + attributes + ">" + text + "</text>\n";
}

std::string stateMark(double x, double y, HealthState state)
{
    const Look look = lookOf(state);
    return "<g transform=\"translate(" + number(x) + " " + number(y) +
           ")\"><circle cx=\"8\" cy=\"8\" r=\"7\" fill=\"none\" stroke=\"" + look.colour +
           "\" stroke-width=\"1.5\"/><path d=\"" + look.icon + "\" fill=\"none\" stroke=\"" + look.colour +
           "\" stroke-width=\"1.5\" stroke-linecap=\"round\"/></g>\n";
}

std::string podDot(double x, double y, HealthState state)
{
    const Look look = lookOf(state);
    const std::string fill = std::string("fill=\"") + look.colour + "\"";
    // Shape and colour by state: round is well, square is not, hollow is on its way.
    if (state == HealthState::Healthy)
        return "<circle cx=\"" + number(x + 4) + "\" cy=\"" + number(y + 4) + "\" r=\"4\" " + fill + "/>";
    if (state == HealthState::Degraded || state == HealthState::Missing)
        return "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"8\" height=\"8\" " + fill + "/>";
    return "<circle cx=\"" + number(x + 4) + "\" cy=\"" + number(y + 4) + "\" r=\"3.2\" fill=\"none\" stroke=\"" +
           look.colour + "\" stroke-width=\"1.6\"/>";
}

std::string panelSvg(const PanelBox &panel, const NamespaceState *state)
{
    std::string svg = rect(panel.rect, 12, R"(fill="#f4f6f8" stroke="#dde3e8")");
    svg += label(panel.header.x + 24, panel.header.y + 26, title, escaped(panel.nameSpace.value(), 40));
    if (!state)
        return svg;
    svg += stateMark(panel.header.right() - 40, panel.header.y + 12, state->worst.state);
    double x = panel.header.x + 24;
    for (const auto &gauge : state->quota) {
        if (gauge.hard == "0") // a prohibition, not a gauge
            continue;
        if (x + 104 > panel.header.right() - 16)
            break;
        const double share = std::min(1.0, gauge.fraction);
        const char *colour = gauge.fraction >= 0.9 ? "#c62828" : gauge.fraction >= 0.8 ? "#b26a00" : "#6b7b8a";
        svg += "<g><title>" + escaped(gauge.resource + " " + gauge.used + " of " + gauge.hard) + "</title>";
        svg += label(x, panel.header.y + 44, small, escaped(gauge.resource, 15));
        svg += rect({x, panel.header.y + 48, 104, 4}, 2, R"(fill="#dde3e8")");
        if (share > 0)
            svg += rect({x, panel.header.y + 48, 104 * share, 4}, 2, std::string("fill=\"") + colour + "\"");
        svg += "</g>\n";
        x += 120;
    }
    return svg;
}

std::string cardSvg(const CardBox &card, const ComponentState &state)
{
    const Rect &r = card.rect;
    const Look look = lookOf(state.health.state);
    const std::string word = cluster::toString(state.health.state);
    std::string svg = "<g><title>" +
                      escaped(state.component.workload.describe() + ": " + word +
                              (state.health.reason.empty() ? "" : ", " + state.health.reason)) +
                      "</title>\n";
    svg += rect(r, 8, R"(fill="#ffffff" stroke="#cfd7de")");
    svg += rect({r.x, r.y + 8, 4, r.height - 16}, 2, std::string("fill=\"") + look.colour + "\"");
    const std::string name = state.component.title.empty() ? state.component.workload.name : state.component.title;
    svg += label(r.x + 16, r.y + 24, title, escaped(name, 22));
    std::string line = state.component.workload.kind.kind;
    if (state.desired > 0)
        line += "  " + std::to_string(state.ready) + "/" + std::to_string(state.desired);
    svg += label(r.x + 16, r.y + 42, small, escaped(line));
    svg += stateMark(r.x + 16, r.y + 50, state.health.state);
    svg += label(r.x + 38, r.y + 62, std::string("font-size=\"12\" fill=\"") + look.colour + "\"", word);
    double x = r.x + 16;
    for (const auto &pod : state.pods) {
        if (x + 8 > r.right() - 12)
            break;
        svg += podDot(x, r.y + r.height - 16, pod.health.state);
        x += 12;
    }
    return svg + "</g>\n";
}

std::string flowSvg(const FlowPath &path, const FlowState &state)
{
    const auto point = [](const Point &p) { return number(p.x) + " " + number(p.y); };
    std::string svg = "<g><title>" +
                      escaped(state.flow.from + " to " + state.flow.to + ", " + state.flow.protocol +
                              (state.flow.port == 0 ? "" : " " + std::to_string(state.flow.port)) +
                              (state.broken ? ": " + state.reason : "") + " (" + state.flow.evidence + ")") +
                      "</title>";
    svg += "<path d=\"M" + point(path.start) + " C" + point(path.control1) + " " + point(path.control2) + " " +
           point(path.end) + "\" fill=\"none\" stroke=\"" + (state.broken ? "#c62828" : "#8a99a8") +
           "\" stroke-width=\"" + (state.broken ? "2" : "1.5") + "\" marker-end=\"url(#" +
           (state.broken ? "broken" : "arrow") + ")\"" +
           (state.flow.kind == FlowKind::Request ? "" : " stroke-dasharray=\"5 4\"") + "/>";
    if (state.broken)
        svg += "<path d=\"M-5 -5 5 5M5 -5 -5 5\" transform=\"translate(" + point(path.label) +
               ")\" stroke=\"#c62828\" stroke-width=\"2.5\"/>";
    return svg + "</g>\n";
}

const char *const head = "<defs>\n"
                         "<marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" "
                         "markerHeight=\"7\" orient=\"auto\">"
                         "<path d=\"M0 0 8 4 0 8Z\" fill=\"#8a99a8\"/></marker>\n"
                         "<marker id=\"broken\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"6\" "
                         "markerHeight=\"6\" orient=\"auto\">"
                         "<path d=\"M0 0 8 4 0 8Z\" fill=\"#c62828\"/></marker>\n"
                         "</defs>\n"
                         "<style>text{font-family:system-ui,'Noto Sans',sans-serif}.t{font-size:14px;fill:#1f2933}"
                         ".s{font-size:12px;fill:#52606d}</style>\n";

} // namespace

std::string toSvg(const Topology &topology, const TopologyLayout &layout)
{
    constexpr double margin = 24;
    const std::string width = number(layout.bounds.width + 2 * margin);
    const std::string height = number(layout.bounds.height + 2 * margin);
    std::string svg = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
                      "font-family=\"system-ui, Noto Sans, sans-serif\" width=\"" +
                      width + "\" height=\"" + height + "\" viewBox=\"" + number(-margin) + " " + number(-margin) +
                      " " + width + " " + height + "\">\n" + head;
    svg += rect({-margin, -margin, layout.bounds.width + 2 * margin, layout.bounds.height + 2 * margin}, 0,
                R"(fill="#ffffff")");
    for (const PanelBox &panel : layout.panels) {
        const NamespaceState *found = nullptr;
        for (const NamespaceState &state : topology.nameSpaces)
            if (state.name == panel.nameSpace)
                found = &state;
        svg += panelSvg(panel, found);
    }
    if (!layout.internet.isEmpty()) {
        svg += rect(layout.internet, layout.internet.height / 2, R"(fill="#e8f0fe" stroke="#1565c0")");
        svg += label(layout.internet.center().x, layout.internet.center().y + 4, small + R"( text-anchor="middle")",
                     "Internet");
    }
    // Broken flows last, on top.
    for (const bool broken : {false, true})
        for (const FlowPath &path : layout.flows)
            if (topology.flows[path.flow].broken == broken)
                svg += flowSvg(path, topology.flows[path.flow]);
    for (const CardBox &card : layout.cards)
        svg += cardSvg(card, topology.components[card.component]);
    return svg + "</svg>\n";
}

} // namespace binnacle::stack
