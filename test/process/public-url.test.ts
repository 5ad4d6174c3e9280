import { expect, test } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { readConfig } from "../../src/config/settings.ts";

test.each([
  ["https://id.example/", "https://id.example"],
  ["https://id.example//", "https://id.example"],
  ["https://id.example/auth", "https://id.example/auth"],
  ["https://id.example/auth/", "https://id.example/auth"],
  ["https://id.example/caf%C3%A9/~a.b_c-d/", "https://id.example/caf%C3%A9/~a.b_c-d"],
  ["http://[::1]:8080/a/b", "http://[::1]:8080/a/b"],
])("PUBLIC_URL %s is %s", (given, read) => {
  expect(readConfig({ PUBLIC_URL: given }).publicUrl).toBe(read);
});

test.each([
  "https://user:hidden@id.example/auth",
  "https://@id.example/auth",
  "https://id.example/a/../b",
  "https://id.example/a/%2e%2E/b",
  "https://id.example/./a",
  "https://id.example/a//b",
  "https://id.example/a%2Fb",
  "https://id.example/a\\b",
  "https://id.example/a b",
  "https://id.example/a;b",
  'https://id.example/a"b',
  "https://id.example/%zz",
  "https://id.example/%ff",
  "https://id.example/a%0A",
  "https://id.example/é",
  "https://id.example/.well-known",
])("PUBLIC_URL %s is refused, and no problem quotes it", (given) => {
  const problems = (): readonly string[] => {
    try {
      readConfig({ PUBLIC_URL: given });
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };
  expect(problems()).toEqual([expect.stringMatching(/^PUBLIC_URL (?!.*(hidden|id\.example))/)]);
});
