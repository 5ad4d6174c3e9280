import { html, type Html } from "../html.ts";
import { labelsBelow } from "./axis.ts";
import { type ChartData, drawing, figure, short } from "./figure.ts";

const WIDTH = 600;
const HEIGHT = 220;
const BOTTOM = 30;
const TOP = 20;
const LEFT = 76;
const DOT = 3;

/**
 * Draws a line for each series. Each step upwards is ten times as much, so that small and large
 * values are seen together. Every second series is dashed.
 */
export function lines(data: ChartData): Html {
  const { labels, series, unit = "" } = data;
  const known = series.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(1, ...known))));
  const place = (WIDTH - LEFT) / Math.max(1, labels.length);
  const xOf = (index: number): string => short(LEFT + (index + 0.5) * place);
  const yOf = (value: number): string =>
    short(HEIGHT - BOTTOM - (Math.log10(Math.max(1, value)) / decades) * (HEIGHT - BOTTOM - TOP));
  const steps = Array.from({ length: decades + 1 }, (_, power) => {
    const y = yOf(10 ** power);
    return html`<line x1="${LEFT}" y1="${y}" x2="${WIDTH}" y2="${y}" />
      <text x="${LEFT - 6}" y="${short(Number(y) + 4)}" class="end">${10 ** power}</text>`;
  });
  const drawn = series.map(({ values }, number) => {
    const points = values.map((value, index) =>
      value === undefined ? undefined : `${xOf(index)},${yOf(value)}`,
    );
    const dots = points.map((point) => {
      const [x, y] = point?.split(",") ?? [];
      return point === undefined ? "" : html`<circle cx="${x!}" cy="${y!}" r="${DOT}" />`;
    });
    return html`<g class="line-${number + 1}">
      ${unbroken(points).map((run) => html`<polyline points="${run.join(" ")}" />`)} ${dots}
    </g>`;
  });
  const description = series.map(({ name, values }) => {
    const index = values.findLastIndex((value) => value !== undefined);
    return index < 0 ? `${name}: –` : `${name}: ${values[index]}${unit} (${labels[index]})`;
  });
  return figure(
    { ...data, mark: "line" },
    drawing(
      data,
      [WIDTH, HEIGHT],
      description.join(", "),
      html`${steps} ${drawn} ${labelsBelow(labels, [LEFT, WIDTH], HEIGHT - 6)}`,
    ),
  );
}

/** Returns the runs of points between days without a value. */
function unbroken(points: readonly (string | undefined)[]): readonly (readonly string[])[] {
  const runs: string[][] = [[]];
  for (const point of points) {
    if (point === undefined) runs.push([]);
    else runs.at(-1)!.push(point);
  }
  return runs.filter(({ length }) => length > 1);
}
