/** Reads what topology.py and columns.py write. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const DIGIT = Object.fromEntries([...DIGITS].map((sign, value) => [sign, value]));

/** @param {string} text @returns {number[]} whole numbers written by `vlq` */
function vlq(text) {
  const out = [];
  let number = 0;
  let place = 1; // no shifts: amounts in euros may need more than 32 bits
  for (const sign of text) {
    const digit = DIGIT[sign];
    number += (digit & 31) * place;
    if (digit & 32) {
      place *= 32;
    } else {
      out.push(number % 2 ? -(number - 1) / 2 : number / 2);
      number = 0;
      place = 1;
    }
  }
  return out;
}

/** @param {string} text @returns {(number|null)[]} a column: 0 stands for "no number", n + 1 for n */
const column = (text) => vlq(text).map((n) => (n === 0 ? null : n > 0 ? n - 1 : n));

/** Running sums of a list of steps. */
const summed = (steps) => {
  let at = 0;
  return steps.map((step) => (at += step));
};

/**
 * Arcs as [latitude, longitude], the rings of every area, and the arcs only one area uses: the town's outline.
 * @param {{origin: number[], scale: number[], arcs: string, areas: string}} topology
 */
function decode(topology) {
  let start = [0, 0];
  const arcs = topology.arcs.split(",").map((text) => {
    const steps = vlq(text);
    let [x, y] = start;
    const arc = [];
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      if (i === 0) start = [x, y];
      arc.push([topology.origin[1] + y * topology.scale[1], topology.origin[0] + x * topology.scale[0]]);
    }
    return arc;
  });
  const used = new Uint8Array(arcs.length);
  const line = (ref) => {
    used[ref < 0 ? ~ref : ref] += 1;
    return ref < 0 ? arcs[~ref].slice().reverse() : arcs[ref];
  };
  const ring = (text) => summed(vlq(text)).flatMap((ref) => line(ref).slice(0, -1));
  const polygon = (text) => text.split(",").map(ring);
  const areas = topology.areas.split(";").map((text) => (text ? text.split("|").map(polygon) : []));
  return { areas, outline: arcs.filter((_, i) => used[i] === 1) };
}
