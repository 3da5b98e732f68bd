/** The legend of a view: classes with their number of districts, reasons for empty areas, the town's value. */

function swatch(fill) {
  return el("svg", { viewBox: "0 0 24 19", "aria-hidden": "true", focusable: "false" },
    el("rect", { x: 0.5, y: 0.5, width: 23, height: 18, rx: 2, fill, stroke: "#6b7280",
      "stroke-width": 1 }));
}

function legendRow(fill, label, count, most, mark, data) {
  const bar = el("i");
  bar.style.width = count ? `max(2px, ${(100 * count) / most}%)` : "0";
  return el("tr", {},
    el("td", { class: "swatch" }, swatch(fill)),
    el("th", { scope: "row" }, el("span", { text: mark ? `${label}\u2002` : label }),
      mark ? el("span", { class: "dkbm-diamond", role: "img", "aria-label": data.texts.town_here }) : null),
    el("td", { class: "bar", "aria-hidden": "true" }, bar),
    el("td", { class: "n", text: formatter(data.language, 0)(count) }));
}

function legend(data, view) {
  const { indicator, counts, packed } = view;
  const most = Math.max(1, ...Object.values(counts));
  const row = (code, label) => legendRow(fillOf(data, indicator, code), label, counts[code] ?? 0, most,
    isClass(code) && packed.town?.code === code, data);
  const classes = indicator.classes.map((one, i) => row(String(i), one.label));
  const middle = Math.floor(indicator.classes.length / 3);
  const weak = view.nWeak
    ? [legendRow(fillOf(data, indicator, String(middle), true), data.texts.weak, view.nWeak, most, false, data)] : [];
  const none = Object.entries(data.reasons).filter(([code]) => counts[code])
    .map(([code, reason]) => row(code, reason.label));
  const head = el("tr", {}, el("th", { colspan: 2, scope: "col", text: indicator.heading }),
    el("th", { class: "n", colspan: 2, scope: "col", text: data.texts.areas }));
  const table = el("table", {}, el("thead", {}, head), el("tbody", {}, ...classes),
    el("tbody", { class: "none" }, ...weak, ...none));
  return el("div", { class: "dkbm-legend" }, table, townLine(data, view),
    el("p", { class: "dkbm-note", text: indicator.note }));
}

function townLine(data, { indicator, packed }) {
  if (!packed.town) return null;
  const words = wordsOf(data, indicator, { flags: " ", ...packed.town });
  return el("p", { class: "dkbm-town" },
    isClass(packed.town.code) ? el("span", { class: "dkbm-diamond", "aria-hidden": "true" }) : null,
    el("span", {}, el("span", { text: `${data.texts.town}: ` }), el("b", { text: words.value })));
}
