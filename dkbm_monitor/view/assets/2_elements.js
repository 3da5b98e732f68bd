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

const LINES = { diagonal: "M-1,1l2,-2M0,6l6,-6M5,7l2,-2", crossed: "M-1,1l2,-2M0,6l6,-6M5,7l2,-2M-1,5l2,2M0,0l6,6M5,-1l2,2" };

/** Patterns for areas without a value: lines or dots on a flat face, never colour alone. */
function patterns(data) {
  const tile = ([code, reason]) => {
    const mark = reason.pattern === "dots"
      ? el("circle", { cx: 3, cy: 3, r: 0.9, fill: reason.line })
      : el("path", { d: LINES[reason.pattern], stroke: reason.line, "stroke-width": 0.9, fill: "none" });
    return el("pattern", { id: data.id + code, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
      el("rect", { width: 6, height: 6, fill: reason.face }), mark);
  };
  const patterned = Object.entries(data.reasons).filter(([, reason]) => reason.pattern);
  return el("svg", { class: "dkbm-patterns", "aria-hidden": "true", focusable: "false" },
    el("defs", {}, ...patterned.map(tile)));
}

/** @param {string} code a digit is a class, a letter a reason why there is no number */
const isClass = (code) => code >= "0" && code <= "9";

/** What an area of this code is filled with. */
function fillOf(data, indicator, code) {
  if (isClass(code)) return indicator.classes[Number(code)].fill;
  const reason = data.reasons[code];
  return reason.pattern ? `url(#${data.id}${code})` : reason.face;
}

/** Numbers as German (or English) readers write them, with a true minus sign. */
function formatter(lang, decimals) {
  const format = new Intl.NumberFormat(lang === "de" ? "de-DE" : "en-GB", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (value) => format.format(value).replace("-", "\u2212");
}

/** A text with {name} filled in; values are text, never markup. */
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
