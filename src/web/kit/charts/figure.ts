import { html, type Html } from "../html.ts";
import { scrollTable } from "./table.ts";

/** One series of numbers by its name. */
export interface Series {
  readonly name: string;
  /** A value for each label; undefined where nothing was measured. */
  readonly values: readonly (number | undefined)[];
  /** Its colour of the six of the style; by default its place among the series. */
  readonly color?: number;
}

/** What a chart shows, in words and numbers. */
export interface ChartData {
  /** Names the chart within its page. */
  readonly id: string;
  /** What the chart shows, for its caption and for screen readers. */
  readonly title: string;
  /** The heading of the column of labels. */
  readonly heading: string;
  /** A label for each value of a series: a day, a group. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** The words that open the table. */
  readonly tableName: string;
  readonly unit?: string;
  /** How the legend shows a series: as an area by default. */
  readonly mark?: "series" | "side" | "line";
}

/** Returns a value with its unit; a dash where nothing was measured. */
export const valueText = (value: number | undefined, unit: string): string =>
  value === undefined ? "–" : `${value}${unit}`;

/** Returns a number as short as an SVG needs it. */
export const short = (value: number): string => String(Math.round(value * 100) / 100);

/**
 * Renders what is drawn, `[width, height]` large. Screen readers say the title, and the description
 * in numbers.
 */
export const drawing = (
  { id, title }: ChartData,
  [width, height]: readonly [number, number],
  description: string,
  parts: Html,
): Html =>
  html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-labelledby="${id}-title ${id}-description"
  >
    <title id="${id}-title">${title}</title>
    <desc id="${id}-description">${description}</desc>
    ${parts}
  </svg>`;

/** Renders a drawing with its caption, its legend and its table. */
export const figure = (data: ChartData, drawn: Html): Html =>
  html`<figure class="chart">
    <figcaption>${data.title}</figcaption>
    ${legend(data)} ${drawn}
    <details>
      <summary>${data.tableName}</summary>
      ${table(data)}
    </details>
  </figure>`;

const legend = ({ series, mark = "series" }: ChartData): Html =>
  html`<ul class="legend">
    ${series.map(
      ({ name, color }, index) =>
        html`<li><i class="${mark}-${color ?? index + 1}"></i>${name}</li>`,
    )}
  </ul>`;

const table = ({ title, heading, labels, series, unit = "" }: ChartData): Html =>
  scrollTable(
    title,
    [heading, ...series.map(({ name }) => name)],
    labels.map(
      (label, row) =>
        html`<tr>
          <th scope="row">${label}</th>
          ${series.map(({ values }) => html`<td>${valueText(values[row], unit)}</td>`)}
        </tr>`,
    ),
  );
