// PUBLIC_URL with a path, seen by programs: every kind of path with it and without it.
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { request as http } from "node:http";
import { describe, expect, test } from "vitest";
import { Health } from "../../../gen/grpc/health/v1/health_pb.ts";
import { UserService } from "../../../gen/identity/v1/user_pb.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer({ environment: { PUBLIC_URL: "https://id.example/auth" } });
const other = useServer({ environment: { PUBLIC_URL: "https://id.example/auth/two" } });
const root = useServer({ environment: { PUBLIC_URL: "https://id.example" } });

describe.each(["", "/auth"])("with the prefix %j", (prefix) => {
  test.each([
    ["/healthz", 200],
    ["/readyz", 200],
    ["/v1/users/me", 401],
    ["/.well-known/oauth-authorization-server", 200],
    ["/.well-known/jwks.json", 200],
    ["/openapi.json", 200],
    ["/docs", 200],
    ["/sign-in", 200],
    ["/user/login", 405],
    ["/ajax/cabinet/OAuth2token", 400],
    ["/oauth2/token", 405],
    ["/nothing", 404],
  ])("%s answers %i", async (path, status) => {
    const answer = await fetch(used.url + prefix + path, { redirect: "manual" });
    expect(answer.status).toBe(status);
    await answer.arrayBuffer();
  });

  test("calls by gRPC and Connect arrive", async () => {
    const baseUrl = used.url + prefix;
    const transports = [
      createGrpcTransport({ baseUrl }),
      createConnectTransport({ baseUrl, httpVersion: "1.1" }),
      createConnectTransport({ baseUrl, httpVersion: "2" }),
    ];
    for (const transport of transports) {
      expect((await createClient(Health, transport).check({})).status).toBe(1);
      await expect(createClient(UserService, transport).getUser({ userId: "me" })).rejects.toThrow(
        /unauthenticated/,
      );
    }
  });

  test("a page has its paths and its cookie under the prefix", async () => {
    const answer = await fetch(`${used.url}${prefix}/sign-in?lang=ru`);
    expect(answer.headers.getSetCookie().map((each) => each.replace(/=[^;]*/, ""))).toEqual([
      expect.stringMatching(/^__Secure-latchkey-language-[\w-]{12}; .*Path=\/auth;/),
      expect.stringMatching(
        /^__Secure-latchkey-[\w-]{12}; Path=\/auth; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    const page = await answer.text();
    expect(page).toMatch(/href="\/auth\/assets\/[\w-]+-style\.css"/);
    expect(page).toContain('<form method="post" action="/auth/sign-in"');
  });

  test("redirects lead under the prefix", async () => {
    for (const path of ["/account?x=1", "/developer", "/administration", "/confirm"]) {
      const answer = await fetch(used.url + prefix + path, { redirect: "manual" });
      expect(answer.status).toBe(303);
      expect(answer.headers.get("location")).toMatch(/^\/auth\/sign-in/);
    }
  });
});

test("a path that only begins like the prefix is none", async () => {
  for (const path of ["/authx/readyz", "/auth%2Freadyz", "/AUTH/readyz"])
    expect((await fetch(used.url + path)).status).toBe(404);
});

test("metadata are where RFC 8414 section 3.1 puts them, and name the prefix", async () => {
  const path = "/.well-known/oauth-authorization-server/auth";
  const metadata = (await (await fetch(used.url + path)).json()) as Record<string, string>;
  expect(metadata["issuer"]).toBe("https://id.example/auth");
  for (const [name, value] of Object.entries(metadata))
    if (/endpoint$|_uri$/.test(name)) expect(value).toMatch(/^https:\/\/id\.example\/auth\//);
  expect((await fetch(`${used.url}${path}x`)).status).toBe(404);
  const document = (await (await fetch(`${used.url}/openapi.json`)).json()) as {
    servers: { url: string }[];
  };
  expect(document.servers.map(({ url }) => url)).toEqual(["/auth"]);
});

test("a target in the absolute form loses the prefix too", async () => {
  const { port } = new URL(used.url);
  const status = await new Promise((resolve) =>
    http({ port, path: "http://id.example/auth/sign-in" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).end(),
  );
  expect(status).toBe(200);
});

test("servers under several paths of a host have cookies of their own", async () => {
  const names = await Promise.all(
    [used, other, root].map(async ({ url }) =>
      (await fetch(`${url}/sign-in?lang=en`)).headers
        .getSetCookie()
        .map((each) => each.slice(0, each.indexOf("="))),
    ),
  );
  expect(new Set(names.flat()).size).toBe(6);
  expect(names[2]).toEqual(["__Host-latchkey-language", "__Host-latchkey"]);
  // A browser sends the cookies of both paths to the longer one.
  const user = await other.signUp();
  const agent = new Agent(other.url);
  await agent.signIn(user);
  const foreign = new Agent(used.url);
  await foreign.get("/sign-in");
  agent.cookie = `${foreign.cookie}; ${agent.cookie}`;
  expect((await agent.get("/account")).status).toBe(200);
});
