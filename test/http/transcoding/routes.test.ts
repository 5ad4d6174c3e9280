import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPathVariables } from "../../../src/http/transcoding/path-variables.ts";
import { Routes } from "../../../src/http/transcoding/routes.ts";
import { parseTemplate } from "../../../src/http/transcoding/template.ts";
import { malformedRows, matchRows, routeTable } from "./vectors.ts";

/** Routes that lead to their own template. */
function routesOf(
  table: readonly { method: string; template: string; isSafe?: boolean }[],
): Routes<string> {
  const routes = new Routes<string>();
  for (const { method, template, isSafe = false } of table)
    expect(routes.add(method, parseTemplate(template), template, isSafe)).toBeUndefined();
  return routes;
}

/** What a request finds: its template and what the variables capture. */
function find(
  routes: Routes<string>,
  method: string,
  path: string,
): { match: string; bindings: object } | undefined {
  const found = routes.find(method, path);
  if (found?.target === undefined) return undefined;
  const template = parseTemplate(found.target);
  return {
    match: found.target,
    bindings: Object.fromEntries(
      template.variables.map((variable) => [
        variable.field,
        readPathVariables(template, variable, found),
      ]),
    ),
  };
}

const paths = (...templates: string[]): Routes<string> =>
  routesOf(templates.map((template) => ({ method: "GET", template })));

describe("the vectors", () => {
  test.each(matchRows)(
    "$id: $method $path of $table leads to $match",
    ({ table, method, path, match, bindings }) => {
      expect(find(routesOf(routeTable(table)), method, path)).toEqual(
        match === null ? undefined : { match, bindings },
      );
    },
  );

  test.each(malformedRows)(
    "$id: $path cannot be decoded",
    ({ table, template = "", method, path }) => {
      const routes = routesOf(table === undefined ? [{ method, template }] : routeTable(table));
      expect(() => find(routes, method, path)).toThrow("percent-escape");
    },
  );
});

describe("precedence", () => {
  test("goes by the first segment that differs, and comes back when it leads nowhere", () => {
    const routes = paths("/a/{x}/c", "/{y}/b/d", "/a/**");
    expect(find(routes, "GET", "/a/b/c")?.match).toBe("/a/{x}/c");
    expect(find(routes, "GET", "/a/b/d")?.match).toBe("/a/**");
    expect(find(routes, "GET", "/z/b/d")?.match).toBe("/{y}/b/d");
  });

  test("takes the longest tail after **", () => {
    const routes = paths("/a/{x=**}", "/a/{x=**}/z", "/a/{x=**}/y/z");
    expect(find(routes, "GET", "/a/1/y/z")).toEqual({
      match: "/a/{x=**}/y/z",
      bindings: { x: "1" },
    });
    expect(find(routes, "GET", "/a/z")).toEqual({ match: "/a/{x=**}/z", bindings: { x: "" } });
  });

  test("takes the longest verb", () => {
    const routes = paths("/a/{x}:c", "/a/{x}:b:c");
    expect(find(routes, "GET", "/a/1:b:c")).toEqual({ match: "/a/{x}:b:c", bindings: { x: "1" } });
  });

  test("gives a path to the route that has the method", () => {
    const routes = routesOf([
      { method: "GET", template: "/v1/users/me" },
      { method: "DELETE", template: "/v1/users/{id}" },
    ]);
    expect(find(routes, "DELETE", "/v1/users/me")).toEqual({
      match: "/v1/users/{id}",
      bindings: { id: "me" },
    });
  });
});

test.each([
  "/v1//users",
  "//v1/users",
  "/v1/users/",
  "/v1/users//",
  "/v1/./users",
  "/V1/users",
  "/v1%2fusers",
  "/v1/%75sers",
  "/v1/users;x",
  "/v1/users:",
  "v1/users",
  "*",
  "",
])("%s is another path than /v1/users", (path) => {
  expect(paths("/v1/users").find("GET", path)).toBeUndefined();
});

test("an empty segment is no value", () => {
  const routes = paths("/a/{x}", "/b/{y=**}", "/c/{z}:verb");
  expect(routes.find("GET", "/a/")).toBeUndefined();
  expect(routes.find("GET", "/b/")).toBeUndefined();
  expect(routes.find("GET", "/c/:verb")).toBeUndefined();
  expect(find(routes, "GET", "/b")).toEqual({ match: "/b/{y=**}", bindings: { y: "" } });
});

test("HEAD is answered by GET without effects, and a verb of its own goes first", () => {
  const routes = routesOf([
    { method: "GET", template: "/a", isSafe: true },
    { method: "GET", template: "/b", isSafe: true },
    { method: "HEAD", template: "/b" },
    { method: "GET", template: "/c/{x}" },
    { method: "POST", template: "/c/{x}" },
  ]);
  expect(routes.find("HEAD", "/a")?.target).toBe("/a");
  expect(routes.find("HEAD", "/b")?.target).toBe("/b");
  expect(routes.find("HEAD", "/c/1")).toMatchObject({
    target: undefined,
    allowed: ["GET", "POST"],
  });
});

test("a path without the method has the methods that it answers", () => {
  const routes = routesOf([
    { method: "POST", template: "/a/{x}" },
    { method: "GET", template: "/a/b" },
    { method: "DELETE", template: "/{y}/b" },
  ]);
  expect(routes.find("PUT", "/a/b")).toEqual({
    target: undefined,
    allowed: ["DELETE", "GET", "POST"],
    nearest: "/a/b",
  });
});

test("a second route on one place gets the first", () => {
  const routes = paths("/a/{x}");
  expect(routes.add("GET", parseTemplate("/a/{y}"), "other", true)).toBe("/a/{x}");
  expect(routes.add("GET", parseTemplate("/a/*"), "other", true)).toBe("/a/{x}");
  expect(routes.add("PUT", parseTemplate("/a/{y}"), "other", true)).toBeUndefined();
});

test("a captured value is the one that was encoded", () => {
  const routes = paths("/one/{x}", "/many/{x=**}");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (value) => {
      expect(find(routes, "GET", `/one/${encodeURIComponent(value)}`)?.bindings).toEqual({
        x: value,
      });
      const several = value.split("/").filter((part) => part !== "");
      fc.pre(several.length > 0);
      expect(
        find(routes, "GET", `/many/${several.map(encodeURIComponent).join("/")}`)?.bindings,
      ).toEqual({ x: several.join("/") });
    }),
  );
});
