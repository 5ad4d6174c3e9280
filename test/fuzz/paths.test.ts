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

/** Escapes of letters change nothing for a page (RFC 3986 section 6.2.2.2). */
const decoded = (text: string): string =>
  text.replace(/%[46][1-9a-f]|%[57][0-9a]/gi, (escape) => decodeURIComponent(escape));

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
          // The request has no credential, and every path with a variable needs one.
          if (routesAt(pathOf(sent.target)).length === 0 && verb !== "OPTIONS")
            expect(answer.status, JSON.stringify(sent)).toBeGreaterThanOrEqual(400);
        }
      }
      await target.checkHealth();
    },
    TIMEOUT_MS,
  );

  test(
    "is no page either, unless it is the path of one",
    async () => {
      for (const path of paths) {
        const sent = {
          verb: "GET",
          target: bytes(variant(path)),
          headers: [["accept", "text/html"]],
        } satisfies Sent;
        const { status } = await target.check(sent);
        const known = pathOf(decoded(sent.target));
        if (!target.pages.has(known) && routesAt(known).length === 0)
          expect(status, JSON.stringify(sent)).toBeGreaterThanOrEqual(400);
      }
    },
    TIMEOUT_MS,
  );
});
