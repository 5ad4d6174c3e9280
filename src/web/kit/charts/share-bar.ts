import { html, type Html } from "../html.ts";
import { type ChartData, drawing, figure, short } from "./figure.ts";

const WIDTH = 600;
const HEIGHT = 28;

/** Draws one bar of the first value of each series: the parts of a whole. */
export function shareBar(data: ChartData): Html {
  const values = data.series.map((each) => each.values[0] ?? 0);
  const whole = Math.max(
    1,
    values.reduce((sum, value) => sum + value, 0),
  );
  let before = 0;
  const parts = values.map((value, index) => {
    const x = (before / whole) * WIDTH;
    before += value;
    return html`<rect
      class="series-${index + 1}"
      x="${short(x)}"
      y="0"
      width="${short((value / whole) * WIDTH)}"
      height="${HEIGHT}"
    />`;
  });
  return figure(
    data,
    drawing(
      data,
      [WIDTH, HEIGHT],
      data.series.map(({ name }, index) => `${name}: ${values[index]}`).join(", "),
      html`<rect class="empty" width="${WIDTH}" height="${HEIGHT}" /> ${parts}`,
    ),
  );
}
