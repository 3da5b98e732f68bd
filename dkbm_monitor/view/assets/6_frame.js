/** Title, selectors, legend and footer around the map; returns what changes when another view is chosen. */

function selector(label, options, onChange) {
  const select = el("select");
  select.append(...options.map(([value, text]) => el("option", { value, text })));
  select.addEventListener("change", () => onChange(select.value));
  return { field: el("label", { class: "dkbm-field" }, el("span", { text: label }), select), select };
}

function frame(data, mapNode, choose) {
  const texts = data.texts;
  const eyebrow = el("p", { class: "dkbm-eyebrow", text: data.eyebrow });
  const title = el("h1");
  const sub = el("p", { class: "dkbm-sub" });
  const head = el("header", { class: "dkbm-head" }, eyebrow, title, sub,
    data.invented ? el("p", { class: "dkbm-invented", text: data.invented }) : null);
  const byId = data.indicators.map((one) => [one.id, one.title]);
  const indicator = selector(texts.indicator, byId, (id) => choose({ indicator: id }));
  const period = selector(texts.period, data.periods.map((one) => [one, one]), (one) => choose({ period: one }));
  indicator.field.hidden = data.indicators.length < 2;
  period.field.hidden = data.periods.length < 2;
  const box = el("div", { class: "dkbm-map" });
  const pick = el("form", { class: "dkbm-pick", "aria-label": texts.pick }, indicator.field, period.field);
  pick.addEventListener("submit", (event) => event.preventDefault());
  pick.hidden = indicator.field.hidden && period.field.hidden;
  const side = el("aside", { class: "dkbm-side", "aria-label": texts.legend, "aria-live": "polite" });
  const foot = el("footer", { class: "dkbm-foot" });
  const root = el("div", { class: "dkbm", lang: data.language }, head, pick, box, side, foot);
  mapNode.replaceWith(root);
  box.append(mapNode);

  function show(view, state) {
    title.textContent = view.packed.title;
    sub.textContent = view.packed.subtitle;
    document.title = view.packed.title;
    indicator.select.value = state.indicator;
    for (const option of period.select.options) {
      option.disabled = !(option.value in view.indicator.views);
      option.textContent = option.disabled ? filled(texts.no_values, { period: option.value }) : option.value;
    }
    period.select.value = state.period;
    side.replaceChildren(legend(data, view));
    const overflows = side.scrollHeight > side.clientHeight + 1; // what scrolls must be reachable by key
    if (overflows) side.tabIndex = 0;
    else side.removeAttribute("tabindex");
    foot.replaceChildren(...view.packed.foot.map((text) => el("p", { text: text })));
    mapNode.setAttribute("aria-label", `${view.packed.alt} ${texts.keys}`);
  }
  return { box, show };
}
