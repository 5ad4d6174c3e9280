import { html, type Html } from "../html.ts";
import { labelsBelow } from "./axis.ts";
import { type ChartData, drawing, figure, short } from "./figure.ts";

const WIDTH = 600;
const HEIGHT = 210;
const BOTTOM = 30;
const TOP = 20;
const LEFT = 76;
/** The share of its place that a bar takes. */
const FILLED = 0.75;

/** Draws a bar for each label, of the parts of all series. */
export function stackedBars(data: ChartData): Html {
  const { labels, series } = data;
  const totals = labels.map((_, index) =>
    series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
  const most = niceCeiling(Math.max(1, ...totals));
  const place = (WIDTH - LEFT) / Math.max(1, labels.length);
  const scale = (HEIGHT - BOTTOM - TOP) / most;
  const parts = labels.flatMap((_, index) => {
    let below = 0;
    return series.map(({ values, color }, number) => {
      const value = values[index] ?? 0;
      const y = HEIGHT - BOTTOM - (below + value) * scale;
      below += value;
      const x = LEFT + index * place + (place * (1 - FILLED)) / 2;
      return value === 0
        ? ""
        : html`<rect
            class="series-${color ?? number + 1}"
            x="${short(x)}"
            y="${short(y)}"
            width="${short(place * FILLED)}"
            height="${short(value * scale)}"
          />`;
    });
  });
  const lines = [0, 0.5, 1].map((share) => {
    const y = short(HEIGHT - BOTTOM - share * most * scale + 4);
    return html`<text x="${LEFT - 6}" y="${y}" class="end">${short(share * most)}</text>`;
  });
  return figure(
    data,
    drawing(
      data,
      [WIDTH, HEIGHT],
      series
        .map(
          ({ name, values }) =>
            `${name}: ${values.reduce<number>((sum, value) => sum + (value ?? 0), 0)}`,
        )
        .join(", "),
      html`<line x1="${LEFT}" y1="${HEIGHT - BOTTOM}" x2="${WIDTH}" y2="${HEIGHT - BOTTOM}" />
        ${lines} ${parts} ${labelsBelow(labels, [LEFT, WIDTH], HEIGHT - 6)}`,
    ),
  );
}

/** Returns 1, 2 or 5 times a power of ten that is not below the value. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= value) ?? value;
}
