// Charts say in words and numbers what they draw.
import { describe, expect, test } from "vitest";
import { lines } from "../../../src/web/kit/charts/lines.ts";
import { pairBars } from "../../../src/web/kit/charts/pair-bars.ts";
import { shareBar } from "../../../src/web/kit/charts/share-bar.ts";
import { stackedBars } from "../../../src/web/kit/charts/stacked-bars.ts";

const DATA = {
  id: "x",
  title: "Calls <a day>",
  heading: "Day",
  labels: ["11-26", "11-27"],
  series: [
    { name: "equal", values: [3, 4] },
    { name: "own", values: [1, undefined] },
  ],
  tableName: "The numbers",
  unit: " ms",
};

describe("a chart has a title and a description", () => {
  test.each([
    ["stacked bars", stackedBars, "equal: 7, own: 1"],
    ["pairs", pairBars, "11-26: equal 3 ms, own 1 ms; 11-27: equal 4 ms, own –"],
    ["parts", shareBar, "equal: 3, own: 1"],
    ["lines", lines, "equal: 4 ms (11-27), own: 1 ms (11-26)"],
  ])("of %s", async (_, draw, description) => {
    const drawn = String(await draw(DATA));
    expect(drawn).toContain('role="img"');
    expect(drawn).toContain('aria-labelledby="x-title x-description"');
    expect(drawn).toContain('<title id="x-title">Calls &lt;a day&gt;</title>');
    expect(drawn).toContain(`<desc id="x-description">${description}</desc>`);
    // The same numbers are in a table; where nothing was measured there is none.
    expect(drawn.match(/<td>/g)).toHaveLength(4);
    expect(drawn).toContain("<td>–</td>");
  });
});

test("a line ends where nothing was measured, and all values are within the drawing", async () => {
  const values = [1, undefined, 10, 1_000, undefined, 60_000, 0];
  const labels = values.map((_, index) => `11-${index + 1}`);
  const drawn = String(await lines({ ...DATA, labels, series: [{ name: "p50", values }] }));
  expect(drawn.match(/<polyline points="[^" ]+ [^" ]+" \/>/g)).toHaveLength(2);
  const heights = [...drawn.matchAll(/cy="([\d.]+)"/g)].map(([, y]) => Number(y));
  expect(heights).toHaveLength(5);
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...heights)).toBeLessThanOrEqual(190);
  expect(drawn).toContain(">100000</text>");
});
