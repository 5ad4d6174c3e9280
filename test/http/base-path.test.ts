import { expect, test } from "vitest";
import { withoutBasePath } from "../../src/http/base-path.ts";
import type { HttpRequest, HttpResponse } from "../../src/http/types.ts";

function served(basePath: string, url: string): string | undefined {
  const request = { url } as HttpRequest;
  withoutBasePath(basePath, () => undefined)(request, {} as HttpResponse);
  return request.url;
}

test.each([
  ["/auth", "/auth", "/"],
  ["/auth", "/auth/", "/"],
  ["/auth", "/auth?a=/auth/b", "/?a=/auth/b"],
  ["/auth", "/auth/readyz", "/readyz"],
  ["/auth", "/auth/user/create/?x", "/user/create/?x"],
  ["/auth", "/auth//login/", "//login/"],
  ["/auth", "/auth/a%2Fb%zz", "/a%2Fb%zz"],
  ["/auth", "/auth/auth", "/auth"],
  ["/auth", "/%61uth/x", "/x"],
  ["/auth", "http://id.example/auth/readyz?x", "http://id.example/readyz?x"],
  ["/auth", "https://id.example:8443/auth", "https://id.example:8443/"],
  [
    "/auth",
    "/.well-known/oauth-authorization-server/auth",
    "/.well-known/oauth-authorization-server",
  ],
  ["/auth", "/auth/.well-known/jwks.json", "/.well-known/jwks.json"],
  ["/a/b", "/a/b/c", "/c"],
  ["/a/b", "/.well-known/x/a/b?y", "/.well-known/x?y"],
  ["/caf%C3%A9", "/caf%c3%a9/x", "/x"],
])("under %s, %s is %s", (basePath, url, path) => {
  expect(served(basePath, url)).toBe(path);
});

test.each([
  ["/auth", "/"],
  ["/auth", "*"],
  ["/auth", "/authx"],
  ["/auth", "/authx/readyz"],
  ["/auth", "/AUTH/readyz"],
  ["/auth", "/x/auth/readyz"],
  ["/auth", "/readyz?/auth"],
  ["/auth", "/auth%2Freadyz"],
  ["/auth", "/%zz/readyz"],
  ["/auth", "//auth/readyz"],
  ["/auth", "/.well-known/oauth-authorization-server"],
  ["/auth", "/.well-known/oauth-authorization-server/authx"],
  ["/auth", "/.well-known/oauth-authorization-server/auth/x"],
  ["/a/b", "/a/c"],
  ["/a/b", "/a"],
  ["", "/auth/readyz"],
])("under %s, %s stays", (basePath, url) => {
  expect(served(basePath, url)).toBe(url);
});
