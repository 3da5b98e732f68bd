/** Puts a released map to work inside a Leaflet map. */
function dkbmMap(map, data) {
  const decoded = decode(data.topology);
  const state = { indicator: data.indicators[0].id, period: data.start };
  let view = null;
  let pinned = -1;
  const outer = frame(data, map.getContainer(), choose);
  outer.box.before(patterns(data));
  const tip = tipOf(data, outer.box);
  map.invalidateSize({ animate: false });
  const bounds = L.latLngBounds(decoded.outline.flat());
  const fit = () => {
    const { x, y } = map.getSize(); // a folded notebook cell has no size at all
    if (Math.min(x, y) > 40) map.fitBounds(bounds, { padding: [12, 12], animate: false });
  };
  fit();
  const shapes = shapesOf(map, data, decoded);
  const mark = markerOf(map, data);
  bordersFit(map, bounds, shapes.length);
  controls(map, data, fit);
  wheelWhenWanted(map);
  const nodes = keyboard(shapes, data, (i) => look(i), leave);
  shapes.forEach((shape, i) => shape
    .on("mousemove", (event) => { if (pinned < 0) look(i, event.containerPoint); })
    .on("mouseout", () => { if (pinned < 0) leave(); })
    .on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      pinned = pinned === i ? -1 : i;
      look(i, event.containerPoint);
    }));
  map.on("click", leave);
  map.on("zoomstart movestart", leave);
  followSize();

  function look(i, point) {
    tip.fill(view, i);
    tip.place(point ?? map.latLngToContainerPoint(shapes[i].getCenter()));
    mark(decoded.areas[i]);
  }

  function leave() {
    pinned = -1;
    tip.hide();
    mark([]);
  }

  /** A change of indicator keeps the period if it can, else takes the latest this indicator has. */
  function choose(wanted) {
    Object.assign(state, wanted);
    const indicator = data.indicators.find((one) => one.id === state.indicator);
    if (!(state.period in indicator.views)) {
      state.period = data.periods.filter((one) => one in indicator.views).at(-1);
    }
    view = viewOf(data, indicator, state.period);
    leave();
    shapes.forEach((shape, i) => paint(shape, nodes[i], i));
    outer.show(view, state);
  }

  /** Only fill and border change; Leaflet's own setStyle would write every attribute again. */
  function paint(shape, node, i) {
    shape.options.fillColor = view.fill(i);
    shape.options.color = isClass(view.packed.codes[i]) ? data.look.border : data.look.blank_border;
    if (!node) return; // an area too small to be drawn
    node.setAttribute("fill", shape.options.fillColor);
    node.setAttribute("stroke", shape.options.color);
    node.setAttribute("aria-label", `${data.names[i]}: ${wordsOf(data, view.indicator, view.at(i)).value}`);
  }

  /** The town stays in view when the window or the notebook cell changes its width, until someone zooms. */
  function followSize() {
    let moved = false;
    map.on("dragstart", () => { moved = true; });
    map.getContainer().addEventListener("wheel", () => { moved = true; }, { passive: true });
    new ResizeObserver(() => {
      map.invalidateSize({ animate: false });
      if (!moved) fit();
    }).observe(outer.box);
  }

  choose({});
  return { choose, state };
}
