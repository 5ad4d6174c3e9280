// Paths that are nearly documented ones, with every verb: they lead nowhere, or where the exact
// path leads.
import { describe, expect, test } from "vitest";
import { PATH_VARIANTS } from "./generators/path-variants.ts";
import { TIMEOUT_MS } from "./property.ts";
import { bytes, type Sent } from "./generators/request.ts";
import { pathOf, ROUTES, routesAt } from "./target/routes.ts";
import { useTarget } from "./target/target.ts";

const target = useTarget();
const paths = [...new Set(ROUTES.map(({ template }) => template.replace(/\{[^}]+\}/g, "x")))];

/** The verbs of a path, and some that it may not have. */
const verbsOf = (path: string): string[] => [
  ...new Set([...routesAt(path).map(({ verb }) => verb), "GET", "HEAD", "OPTIONS", "TRACE"]),
];

test("there are forty variants", () => {
  expect(Object.keys(PATH_VARIANTS)).toHaveLength(40);
});

describe.each(Object.entries(PATH_VARIANTS))("%s", (_, variant) => {
  test(
    "is another path",
    async () => {
      for (const path of paths) {
        for (const verb of verbsOf(path)) {
          const sent: Sent = { verb, target: bytes(variant(path)), headers: [] };
          const answer = await target.check(sent);
          // Nobody is signed in, and no path with a variable is for everybody. The sign-in page is.
          if (
            answer.headers.get("content-type")?.startsWith("text/html") !== true &&
            routesAt(pathOf(sent.target)).length === 0 &&
            verb !== "OPTIONS"
          )
            expect(answer.status, JSON.stringify(sent)).toBeGreaterThanOrEqual(400);
        }
      }
      await target.checkHealth();
    },
    TIMEOUT_MS,
  );
});
