/** Districts on the map: painted once as shapes, then only recoloured. */

/** Leaflet rounds to whole pixels; small districts look better with tenths. Neighbours still share their border. */
const fine = {
  _projectLatlngs(latlngs, result, projectedBounds) {
    if (!(latlngs[0] instanceof L.LatLng)) {
      latlngs.forEach((one) => this._projectLatlngs(one, result, projectedBounds));
      return;
    }
    const origin = this._map.getPixelOrigin();
    const scale = this._map.getZoomScale(this._map.getZoom(), 0);
    const ring = latlngs.map((one) => {
      one.flat ??= this._map.project(one, 0); // the costly part, once for all zooms
      const x = one.flat.x * scale - origin.x;
      const y = one.flat.y * scale - origin.y;
      const point = new L.Point(Math.round(x * 10) / 10, Math.round(y * 10) / 10);
      projectedBounds.extend(point);
      return point;
    });
    result.push(ring);
  },
};
const FinePolygon = L.Polygon.extend(fine);
const FineLine = L.Polyline.extend(fine);

function shapesOf(map, data, decoded) {
  const { look } = data;
  const line = { color: look.border, opacity: 1, fillOpacity: look.opacity, smoothFactor: 0, noClip: true };
  const shapes = decoded.areas.map((rings) => new FinePolygon(rings, line));
  shapes.forEach((shape) => shape.addTo(map));
  new FineLine(decoded.outline, { color: look.outline, weight: 1.3, smoothFactor: 0, noClip: true, interactive: false })
    .addTo(map);
  return shapes;
}

/** Borders grow with the districts: a white net must not cover a dense town. */
function bordersFit(map, bounds, n) {
  const side = () => {
    const size = map.project(bounds.getSouthEast()).subtract(map.project(bounds.getNorthWest()));
    return Math.sqrt((size.x * size.y) / Math.max(1, n));
  };
  const draw = () => {
    const width = Math.max(0.35, Math.min(1.2, side() / 55));
    map.getContainer().style.setProperty("--dkbm-border", width.toFixed(2));
  };
  map.on("zoomend", draw);
  draw();
}

/** A stronger line around the district being looked at; drawn on top, so nothing has to change places. */
function markerOf(map, data) {
  const white = new FinePolygon([], { color: "#fff", weight: 4, fill: false, interactive: false, smoothFactor: 0 });
  const dark = new FinePolygon([], { color: data.look.ink, weight: 1.9, fill: false, interactive: false, smoothFactor: 0, noClip: true });
  white.addTo(map);
  dark.addTo(map);
  return (rings) => [white, dark].forEach((one) => one.setLatLngs(rings));
}

function controls(map, data, fit) {
  const texts = data.texts;
  L.control.zoom({ zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
  const home = L.control({ position: "topleft" });
  home.onAdd = () => {
    const link = el("a", { href: "#", role: "button", title: texts.whole, "aria-label": texts.whole, text: "\u2922" });
    L.DomEvent.disableClickPropagation(link);
    link.addEventListener("click", (event) => { event.preventDefault(); fit(); });
    return el("div", { class: "leaflet-bar" }, link);
  };
  home.addTo(map);
  L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map);
}

/** The wheel zooms only once the map was clicked or focused: a notebook page stays scrollable. */
function wheelWhenWanted(map) {
  map.scrollWheelZoom.disable();
  map.once("click focus", () => map.scrollWheelZoom.enable());
}

/** Arrow keys walk through the districts by name; one tab stop for all of them. */
function keyboard(shapes, data, look, leave) {
  const nodes = shapes.map((shape) => shape.getElement());
  const order = [...data.names.keys()].filter((i) => nodes[i])
    .sort((a, b) => data.names[a].localeCompare(data.names[b], data.language));
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const go = (from, to) => {
    nodes[order[from]].tabIndex = -1;
    nodes[order[to]].tabIndex = 0;
    nodes[order[to]].focus({ preventScroll: true });
  };
  const target = (key, at) => ({ Home: 0, End: order.length - 1 })[key]
    ?? (key in steps ? (at + steps[key] + order.length) % order.length : null);
  order.forEach((i, at) => {
    const node = nodes[i];
    node.tabIndex = at === 0 ? 0 : -1;
    node.setAttribute("role", "img");
    node.addEventListener("focus", () => look(i));
    node.addEventListener("blur", leave);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
      const to = target(event.key, at);
      if (to === null) return;
      event.preventDefault();
      event.stopPropagation();
      go(at, to);
    });
  });
  return nodes;
}
