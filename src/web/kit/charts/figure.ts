import { html, type Html } from "../html.ts";
import { scrollTable } from "./table.ts";

/** One series of numbers by its name. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** What a chart shows, in words and numbers. */
export interface ChartData {
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
}

/** Returns a number as short as an SVG needs it. */
export const short = (value: number): string => String(Math.round(value * 100) / 100);

/** Renders a drawing with its caption, its legend and its table. */
export const figure = (data: ChartData, drawing: Html): Html =>
  html`<figure class="chart">
    <figcaption>${data.title}</figcaption>
    ${legend(data)} ${drawing}
    <details>
      <summary>${data.tableName}</summary>
      ${table(data)}
    </details>
  </figure>`;

const legend = ({ series }: ChartData): Html =>
  html`<ul class="legend">
    ${series.map(({ name }, index) => html`<li><i class="series-${index + 1}"></i>${name}</li>`)}
  </ul>`;

const table = ({ title, heading, labels, series, unit = "" }: ChartData): Html =>
  scrollTable(
    title,
    [heading, ...series.map(({ name }) => name)],
    labels.map(
      (label, row) =>
        html`<tr>
          <th scope="row">${label}</th>
          ${series.map(({ values }) => html`<td>${values[row] ?? 0}${unit}</td>`)}
        </tr>`,
    ),
  );
