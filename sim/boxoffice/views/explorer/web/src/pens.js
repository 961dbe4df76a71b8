// Two pens for one list of things to draw: a canvas for the screen, SVG for a file.

export const FACE = "system-ui, sans-serif";

export function paintCanvas(context, items) {
  for (const item of items) {
    context.globalAlpha = item.alpha ?? 1;
    context.setLineDash(item.dash ?? []);
    context.lineWidth = item.width ?? 1;
    if (item.text !== undefined) paintText(context, item);
    else {
      const path = new Path2D(item.d), [x, y] = item.at ?? [0, 0];
      context.translate(x, y);
      if (item.fill) { context.fillStyle = item.fill; context.fill(path); }
      if (item.stroke) { context.strokeStyle = item.stroke; context.stroke(path); }
      context.translate(-x, -y);
    }
  }
  context.globalAlpha = 1;
}

function paintText(context, item) {
  context.font = `${item.bold ? "600 " : ""}${item.size}px ${FACE}`;
  context.textAlign = { start: "left", middle: "center", end: "right" }[item.anchor ?? "start"];
  if (item.halo) {
    context.setLineDash([]);
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = item.halo;
    context.strokeText(item.text, item.x, item.y);
  }
  context.fillStyle = item.fill;
  context.fillText(item.text, item.x, item.y);
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => String(text).replace(/[&<>"]/g, (each) => ESCAPES[each]);

function element(item) {
  const alpha = item.alpha === undefined ? "" : ` opacity="${item.alpha}"`;
  if (item.text !== undefined) {
    const halo = item.halo ? ` stroke="${item.halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"` : "";
    return `<text x="${item.x}" y="${item.y}" font-size="${item.size}" text-anchor="${item.anchor ?? "start"}" fill="${item.fill}"` +
      `${item.bold ? ' font-weight="600"' : ""}${halo}${alpha}>${escaped(item.text)}</text>`;
  }
  const dash = item.dash?.length ? ` stroke-dasharray="${item.dash.join(" ")}"` : "";
  const stroke = item.stroke ? ` stroke="${item.stroke}" stroke-width="${item.width ?? 1}"${dash}` : "";
  const at = item.at ? ` transform="translate(${item.at})"` : "";
  return `<path d="${item.d}"${at} fill="${item.fill ?? "none"}"${stroke}${alpha}/>`;
}

export function svgText(items, width, height, title) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
    ` font-family="${FACE}" role="img"><title>${escaped(title)}</title>\n${items.map(element).join("\n")}\n</svg>\n`;
}
