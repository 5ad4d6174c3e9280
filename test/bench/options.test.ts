// The words after `npm run bench --`.
import { expect, test } from "vitest";
import { readOptions, SECTIONS } from "../../bench/options.ts";

test("a run measures every section, and only a full one is kept by itself", () => {
  expect(readOptions([])).toMatchObject({ length: "usual", sections: SECTIONS, keep: false });
  expect(readOptions(["--quick"])).toMatchObject({ length: "quick", keep: false, sizes: [1e4] });
  expect(readOptions(["--quick", "--keep"])).toMatchObject({ length: "quick", keep: true });
  expect(readOptions(["--full"])).toMatchObject({
    length: "full",
    keep: true,
    sizes: [1e4, 1e6, 1e7],
    minutes: 15,
  });
  expect(readOptions(["--full", "--sections", "tls"])).toMatchObject({ keep: false });
});

test("sections run in their own order, and an unknown one is refused", () => {
  expect(readOptions(["--sections", "tls,calls"]).sections).toEqual(["calls", "tls"]);
  expect(() => readOptions(["--sections", "calls,tsl"])).toThrow("there is no section tsl");
  expect(() => readOptions(["--rounds", "0"])).toThrow("0 is no whole number above 0");
  expect(() => readOptions(["--quick", "--full"])).toThrow("say --quick or --full");
});
