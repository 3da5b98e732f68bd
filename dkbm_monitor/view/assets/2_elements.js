/** Elements are made here and nowhere else: texts only ever become text nodes, never markup. */
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string|number>} attributes `text` becomes the text content
 * @param {...(Node|null)} children
 */
function el(tag, attributes = {}, ...children) {
  const svg = ["svg", "defs", "pattern", "path", "rect", "circle"].includes(tag);
  const node = svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const LINES = {
  diagonal: "M-1,1l2,-2M0,6l6,-6M5,7l2,-2",
  backward: "M-1,5l2,2M0,0l6,6M5,-1l2,2",
  lines: "M0,3h6",
  crossed: "M-1,1l2,-2M0,6l6,-6M5,7l2,-2M-1,5l2,2M0,0l6,6M5,-1l2,2",
  sparse: "M-1,-1l10,10M-1,7l2,2M7,-1l2,2",
};

function patternOf(id, size, face, mark) {
  return el("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" },
    el("rect", { width: size, height: size, fill: face }), mark);
}

const strokes = (path, line, width) => el("path", { d: LINES[path], stroke: line, "stroke-width": width, fill: "none" });
const weakId = (data, one) => `${data.id}w${one.fill.slice(1)}`;

/** Patterns: lines or dots for areas without a value, a sparse hatch over the class of uncertain ones. */
function patterns(data) {
  const reasons = Object.entries(data.reasons).filter(([, reason]) => reason.pattern).map(([code, reason]) =>
    patternOf(data.id + code, 6, reason.face, reason.pattern === "dots"
      ? el("circle", { cx: 3, cy: 3, r: 0.9, fill: reason.line })
      : strokes(reason.pattern, reason.line, 0.9)));
  const classes = new Map(data.indicators.flatMap((one) => one.classes).map((one) => [one.fill, one]));
  const weak = [...classes.values()].map((one) =>
    patternOf(weakId(data, one), 8, one.fill, strokes("sparse", one.line, 1)));
  return el("svg", { class: "dkbm-patterns", "aria-hidden": "true", focusable: "false" },
    el("defs", {}, ...reasons, ...weak));
}

/** @param {string} code a digit is a class, a letter a reason why there is no number */
const isClass = (code) => code >= "0" && code <= "9";

/** What an area of this code is filled with; `weak` where its value rests on few people. */
function fillOf(data, indicator, code, weak = false) {
  if (isClass(code)) {
    const one = indicator.classes[Number(code)];
    return weak ? `url(#${weakId(data, one)})` : one.fill;
  }
  const reason = data.reasons[code];
  return reason.pattern ? `url(#${data.id}${code})` : reason.face;
}

const formatters = new Map();

/** Numbers as German (or English) readers write them, with a true minus sign. Making one is slow: made once. */
function formatter(language, decimals) {
  const key = `${language}${decimals}`;
  if (!formatters.has(key)) {
    const format = new Intl.NumberFormat(language === "de" ? "de-DE" : "en-GB", {
      minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    formatters.set(key, (value) => format.format(value).replace("-", "\u2212"));
  }
  return formatters.get(key);
}

/** A text with {name} filled in; values are text, never markup. */
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
