// What was passed of the ladder, under how many seeds, as a picture to keep; it needs no script and no font of its own.

const WIDE = 680, LINE = 26, TOP = 96;
const INK = "#1c2126", QUIET = "#5c6670", PAPER = "#ffffff", GOOD = "#00693e";

const escaped = (text) => String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
const words = (x, y, said, ink, style) => `<text x="${x}" y="${y}" fill="${ink}" ${style}>${escaped(said)}</text>`;

/** Return the picture as text; `rungs` have name, title and seeds. */
export function certificate(rungs, passed) {
  const held = rungs.filter((one) => passed.includes(one.name)), high = TOP + LINE * rungs.length + 36;
  const title = held.length === rungs.length ? "All of it holds" : "What holds so far";
  const said = `${held.length} of ${rungs.length} rungs of a shop of one's own, each with those below it`;
  const rows = rungs.map((one, at) => {
    const holds = held.includes(one), y = TOP + LINE * at + 16, ink = holds ? GOOD : QUIET;
    return words(28, y, holds ? "✓" : "·", ink, 'font-size="15" font-weight="700"') + words(52, y, one.name, holds ? INK : QUIET, 'font-size="14"')
      + words(100, y, one.title, QUIET, 'font-size="14"') + words(WIDE - 28, y, holds ? `${one.seeds} seeds` : "open", ink, 'font-size="13" text-anchor="end"');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDE} ${high}" width="${WIDE}" height="${high}" role="img" font-family="system-ui, sans-serif"><title>${title}: ${said}</title>`
    + `<rect x="1" y="1" width="${WIDE - 2}" height="${high - 2}" rx="8" fill="${PAPER}" stroke="${QUIET}"/>`
    + `${words(28, 44, `Boxoffice: ${title}`, INK, 'font-size="22" font-weight="700"')}${words(28, 70, said, QUIET, 'font-size="14"')}${rows.join("")}</svg>`;
}

/** Have the browser keep text as a file. */
export function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
