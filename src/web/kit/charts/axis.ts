import { html, type Html } from "../html.ts";
import { short } from "./figure.ts";

/** How many labels fit below the drawing on a narrow screen. */
const MAX_LABELS = 6;

/** Renders labels below a drawing, each in the middle of its place. Of many, some are left out. */
export function labelsBelow(
  labels: readonly string[],
  [left, right]: readonly [number, number],
  y: number,
): Html {
  const place = (right - left) / Math.max(1, labels.length);
  const every = Math.max(1, Math.ceil(labels.length / MAX_LABELS));
  return html`${labels.map((label, index) =>
    index % every === 0
      ? html`<text x="${short(left + (index + 0.5) * place)}" y="${y}" class="middle">
          ${label}
        </text>`
      : "",
  )}`;
}
