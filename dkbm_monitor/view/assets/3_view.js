/** One view: the columns of an indicator in one period, ready to be asked about a district. */

const unpacked = new Map();

/** @returns {(number|null)[]} a column by its number, unpacked once */
function columnOf(data, number) {
  if (number === undefined || number === null) return [];
  if (!unpacked.has(number)) unpacked.set(number, column(data.columns[number]));
  return unpacked.get(number);
}

function viewOf(data, indicator, period) {
  const packed = indicator.views[period];
  const [value, low, high, part, base] = ["value", "low", "high", "part", "base"].map((name) =>
    columnOf(data, packed[name]));
  const at = (i) => ({ code: packed.codes[i], value: value[i] ?? null, low: low[i] ?? null, high: high[i] ?? null,
    part: part[i] ?? null, base: base[i] ?? null, flags: packed.flags?.[i] ?? " " });
  const isWeak = (i) => isClass(packed.codes[i]) && data.weak.includes(packed.flags?.[i] ?? " ");
  const counts = {};
  for (const code of packed.codes) counts[code] = (counts[code] ?? 0) + 1;
  const nWeak = [...packed.codes].filter((_, i) => isWeak(i)).length;
  const fill = (i) => fillOf(data, indicator, packed.codes[i], isWeak(i));
  return { indicator, packed, at, counts, nWeak, fill };
}

/** Words about one district: value, interval, what was counted, how sure it is. All plain text. */
function wordsOf(data, indicator, cell) {
  if (cell.value === null) return { value: (data.reasons[cell.code] ?? data.reasons.m).words, none: true, lines: [] };
  const scaled = 10 ** indicator.decimals;
  const number = formatter(data.language, indicator.decimals);
  const whole = formatter(data.language, 0);
  const shown = (n) => number(n / scaled);
  const tail = indicator.unit ? "\u00a0" + indicator.unit : "";
  const unit = cell.value === scaled ? indicator.unit_one : indicator.unit;
  const lines = [];
  if (cell.low !== null && cell.high !== null) {
    lines.push(filled(data.texts.interval, { low: shown(cell.low), high: shown(cell.high) + tail }));
  }
  const counts = { part: cell.part, base: cell.base };
  const named = [...indicator.counted.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
  if (named.length && named.every((name) => counts[name] !== null)) {
    lines.push(filled(indicator.counted, Object.fromEntries(named.map((name) => [name, whole(counts[name])]))));
  }
  const flags = data.flags[cell.flags];
  if (flags) lines.push(...flags);
  return { value: shown(cell.value) + (unit ? "\u00a0" + unit : ""), none: false, lines };
}
