import { expect, test } from "vitest";
import { BoundedMap } from "../../../src/domain/security/bounded-map.ts";

test("keeps the last entries", () => {
  const map = new BoundedMap<number>(2);
  for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) map.set(key, value);
  expect(["a", "b", "c"].map((key) => map.get(key))).toEqual([undefined, 2, 3]);
});

// A counter that is full refuses without writing: a flood of others must not empty it.
test("keeps what is read again and again while others come and go", () => {
  const map = new BoundedMap<number>(10);
  map.set("hot", 1);
  for (let index = 0; index < 1_000; index++) {
    map.set(`other ${index}`, index);
    if (index % 5 === 0) expect(map.get("hot")).toBe(1);
  }
  expect(map.get("other 900")).toBeUndefined();
});
