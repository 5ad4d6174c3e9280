// Which methods of HTTP each path takes: HEAD only where GET has no effects (RFC 9110 section
// 9.2.1), and Allow at every refusal.
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { KokidsService } from "../../gen/legacy/kokids/v1/kokids_pb.ts";
import { SecretpairService } from "../../gen/legacy/secretpair/v1/secretpair_pb.ts";
import { SenlerService } from "../../gen/legacy/senler/v1/senler_pb.ts";
import { ZimoxyService } from "../../gen/legacy/zimoxy/v1/zimoxy_pb.ts";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { bindMethod } from "../../src/http/transcoding/bindings.ts";
import { useServer } from "../use-server.ts";

const used = useServer();
const SERVICES = [
  UserService,
  OAuthService,
  KokidsService,
  SecretpairService,
  SenlerService,
  ZimoxyService,
];

const ask = async (method: string, path: string) => {
  const response = await fetch(used.url + path, { method, redirect: "manual" });
  const text = await response.text();
  return { status: response.status, allow: response.headers.get("allow"), text };
};

test("what each GET of the contract does is decided", () => {
  const bound = SERVICES.flatMap(({ methods }) => methods).filter((method) =>
    bindMethod(method).some(({ httpMethod }) => httpMethod === "GET"),
  );
  const named = (isSafe: boolean): string[] =>
    bound
      .filter(({ idempotency }) => (idempotency === Level.NO_SIDE_EFFECTS) === isSafe)
      .map(({ name }) => name)
      .sort();
  expect(named(true)).toEqual([
    "GetClient",
    "GetClientRegistration",
    "GetGroup",
    "GetJwks",
    "GetMetadata",
    "GetProfile",
    "GetUser",
    "ListClients",
    "ListGrants",
    "ListGroupInvitations",
    "ListGroupMembers",
    "ListGroups",
    "ListSessions",
    "ListUsers",
  ]);
  // UserInfo by a GET of Connect would have the token in its address; Token spends a code.
  expect(named(false)).toEqual(["GetUserInfo", "Token"]);
});

test("HEAD of senler's token call spends nothing", async () => {
  const path = "/ajax/cabinet/OAuth2token?client_id=a&client_secret=b&redirect_uri=c&code=d";
  expect(await ask("HEAD", path)).toEqual({ status: 405, allow: "GET, POST", text: "" });
  expect((await ask("GET", path)).status).toBe(401);
});

test("HEAD of a reading method is GET without the body", async () => {
  for (const path of ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server"])
    expect(await ask("HEAD", path)).toEqual({ status: 200, allow: null, text: "" });
  expect((await ask("HEAD", "/v1/users")).status).toBe(401);
  expect((await ask("HEAD", "/auth/")).status).toBe(401);
});

test.each(["HEAD", "GET", "PUT", "DELETE", "PATCH"])("%s of a POST is refused", async (method) => {
  for (const path of [
    "/user/create",
    "/user/login",
    "/register/",
    "/oauth2/register",
    "/oauth2/token",
    "/oauth2/revoke",
    "/oauth2/introspect",
    "/v1/authorizations",
  ])
    expect(await ask(method, path)).toMatchObject({ status: 405, allow: "POST" });
});

const WRITING = [
  "/identity.v1.UserService/SignOut",
  "/identity.v1.OAuthService/Token",
  "/grpc.health.v1.Health/Watch",
  "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
];
const READING = ["/identity.v1.UserService/GetUser", "/identity.v1.OAuthService/GetJwks"];

test.each(["HEAD", "GET", "PUT", "DELETE", "PATCH"])("%s of an RPC that writes", async (method) => {
  for (const path of WRITING) {
    const query = "?encoding=json&message=%7B%7D";
    const { status, allow, text } = await ask(method, path + query);
    expect({ path, status, allow }).toEqual({ path, status: 405, allow: "POST" });
    if (method !== "HEAD")
      expect(JSON.parse(text)).toMatchObject({ code: "unimplemented", message: "use POST" });
  }
});

test("an RPC that reads takes GET and HEAD too", async () => {
  for (const path of READING) {
    expect(await ask("PUT", path)).toMatchObject({ status: 405, allow: "GET, POST" });
    expect(await ask("OPTIONS", path)).toEqual({ status: 204, allow: "GET, POST", text: "" });
    // Without a message it isn't Connect's GET.
    for (const query of ["", "?message=%7B%7D"])
      expect(await ask("HEAD", path + query)).toMatchObject({ status: 405, allow: "GET, POST" });
    // A GET that is malformed is so for HEAD too.
    expect(await ask("HEAD", `${path}?encoding=json`)).toMatchObject({ status: 400, text: "" });
  }
  const jwks = `${READING[1]}?encoding=json&message=%7B%7D`;
  expect((await ask("GET", jwks)).status).toBe(200);
  expect(await ask("HEAD", jwks)).toEqual({ status: 200, allow: null, text: "" });
});

test("OPTIONS of an RPC that writes", async () => {
  for (const path of WRITING)
    expect(await ask("OPTIONS", path)).toEqual({ status: 204, allow: "POST", text: "" });
});

test("a page that only takes forms names POST", async () => {
  expect(await ask("HEAD", "/consent")).toMatchObject({ status: 405, allow: "POST" });
  expect(await ask("HEAD", "/sign-in")).toMatchObject({ status: 200 });
});

test.each(["POST", "PUT", "PATCH", "DELETE"])("%s of a probe is refused", async (method) => {
  for (const path of ["/healthz", "/readyz", "/readyz?x"])
    expect(await ask(method, path)).toMatchObject({ status: 405, allow: "GET" });
});

test("OPTIONS of a probe names its methods", async () => {
  expect(await ask("OPTIONS", "/readyz")).toEqual({ status: 204, allow: "GET", text: "" });
});

test("a page refuses a method that it never has", async () => {
  for (const path of ["/", "/sign-in", "/oauth2/authorize"])
    expect(await ask("PROPFIND", path)).toMatchObject({ status: 405 });
});
