/** The card about one district: shown on hover, on click or tap, and on keyboard focus. */

function tipOf(data, box) {
  const node = el("div", { class: "dkbm-tip", role: "status", hidden: "" });
  box.append(node);

  function fill(view, i) {
    const cell = view.at(i);
    const words = wordsOf(data, view.indicator, cell);
    node.replaceChildren(
      el("strong", { text: data.names[i] }),
      el("span", { class: "key", text: `${data.place} ${data.keys[i]}` }),
      el("span", { class: words.none ? "value none" : "value", text: words.value }),
      ...words.lines.map((text) => el("div", { text })));
    const town = view.packed.town;
    if (town && town.value !== null) {
      const line = `${data.texts.town}: ${wordsOf(data, view.indicator, { flags: " ", ...town }).value}`;
      node.append(el("div", { class: "quiet", text: line }));
    }
  }

  /** Beside the point, but always wholly inside the map. */
  function place(point) {
    node.hidden = false;
    const gap = 14;
    const free = { x: box.clientWidth - node.offsetWidth - 6, y: box.clientHeight - node.offsetHeight - 6 };
    const x = point.x + gap > free.x ? point.x - gap - node.offsetWidth : point.x + gap;
    node.style.left = `${Math.max(6, Math.min(x, free.x))}px`;
    node.style.top = `${Math.max(6, Math.min(point.y + gap, free.y))}px`;
  }

  return { fill, place, hide: () => { node.hidden = true; } };
}
