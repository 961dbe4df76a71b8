// How wide a label is.  Letters are measured once each: ten thousand labels would be slow.
import { FACE } from "./pens.js";

export const SIZE = 11; // pixels, of a label
const FONT = `${SIZE}px ${FACE}`;
const widths = { true: new Map(), false: new Map() };
let pen = null;

function letter(one, bold) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = bold ? `600 ${FONT}` : FONT;
  return pen.measureText(one).width;
}

/** The width of a text of the diagram, in pixels; kerning is left out. */
export function widthOf(text, bold = false) {
  const known = widths[bold];
  let sum = 0;
  for (const one of text) {
    if (!known.has(one)) known.set(one, letter(one, bold));
    sum += known.get(one);
  }
  return sum;
}

/** As much of a text as fits into `room` pixels, with an ellipsis where something is left out. */
export function cut(text, room) {
  if (widthOf(text) <= room) return text;
  const letters = [...text];
  let left = room - widthOf("…"), count = 0;
  while (count < letters.length && (left -= widthOf(letters[count])) >= 0) count++;
  return `${letters.slice(0, count).join("").trimEnd()}…`;
}
