import { html, type Html } from "../html.ts";
import { type ChartData, drawing, figure, short, valueText } from "./figure.ts";

const WIDTH = 600;
const LEFT = 64;
const RIGHT = 110;
const BAR = 26;
const GAP = 16;

/** Draws, for each label, a horizontal bar of each series below the other. */
export function pairBars(data: ChartData): Html {
  const { labels, series, unit = "" } = data;
  const group = series.length * BAR + GAP;
  const height = Math.max(1, labels.length) * group;
  const most = Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const rows = labels.map((label, index) => {
    const bars = series.map(({ values }, number) => {
      const value = values[index];
      if (value === undefined) return "";
      const width = (value / most) * (WIDTH - LEFT - RIGHT);
      const y = index * group + number * BAR;
      return html`<rect
          class="side-${number + 1}"
          x="${LEFT}"
          y="${short(y)}"
          width="${short(width)}"
          height="${BAR - 3}"
        />
        <text x="${short(LEFT + width + 6)}" y="${short(y + BAR - 6)}">${value}${unit}</text>`;
    });
    return html`<text x="0" y="${short(index * group + BAR - 6)}">${label}</text>${bars}`;
  });
  const description = labels
    .map((label, index) => {
      const values = series.map((each) => `${each.name} ${valueText(each.values[index], unit)}`);
      return `${label}: ${values.join(", ")}`;
    })
    .join("; ");
  return figure(
    { ...data, mark: "side" },
    drawing(data, [WIDTH, height], description, html`${rows}`),
  );
}
