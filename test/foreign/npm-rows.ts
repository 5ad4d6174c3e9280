// The clients of npm, each with its program here.
import type { ClientRow } from "./client-row.ts";

const OAUTH = { language: "JavaScript", protocol: "OAuth 2.0" } as const;
const PKCE_BY_HAND = "PKCE by hand";

interface Rpc {
  readonly client: string;
  readonly packages: readonly string[];
  readonly protocol: string;
  readonly program: string;
  readonly words?: readonly string[];
  readonly set: string;
  readonly isVariant?: boolean;
}

const RPC: readonly Rpc[] = [
  {
    client: "@grpc/grpc-js",
    packages: ["@grpc/grpc-js", "@grpc/proto-loader"],
    protocol: "gRPC",
    program: "grpc-js",
    set: "nothing",
  },
  {
    client: "nice-grpc",
    packages: ["nice-grpc"],
    protocol: "gRPC",
    program: "nice-grpc",
    set: "nothing",
  },
  {
    client: "@protobuf-ts/grpc-transport",
    packages: ["@protobuf-ts/grpc-transport"],
    protocol: "gRPC",
    program: "protobuf-ts-grpc",
    set: "nothing",
  },
  {
    client: "@protobuf-ts/grpcweb-transport",
    packages: ["@protobuf-ts/grpcweb-transport"],
    protocol: "gRPC-Web",
    program: "protobuf-ts-grpcweb",
    words: ["binary"],
    set: "nothing",
  },
  {
    client: "@protobuf-ts/grpcweb-transport",
    packages: ["@protobuf-ts/grpcweb-transport"],
    protocol: "gRPC-Web text",
    program: "protobuf-ts-grpcweb",
    words: ["text"],
    set: '`format: "text"`',
    isVariant: true,
  },
  {
    client: "grpc-web",
    packages: ["grpc-web"],
    protocol: "gRPC-Web",
    program: "grpc-web",
    words: ["binary"],
    set: '`format: "binary"`',
  },
  {
    client: "grpc-web",
    packages: ["grpc-web"],
    protocol: "gRPC-Web text",
    program: "grpc-web",
    words: ["text"],
    set: "nothing",
    isVariant: true,
  },
  {
    client: "@connectrpc/connect-web",
    packages: ["@connectrpc/connect-web"],
    protocol: "Connect",
    program: "connect-web",
    words: ["connect"],
    set: "nothing",
  },
  {
    client: "@connectrpc/connect-web",
    packages: ["@connectrpc/connect-web"],
    protocol: "gRPC-Web",
    program: "connect-web",
    words: ["grpc-web"],
    set: "nothing",
    isVariant: true,
  },
  {
    client: "@connectrpc/connect-node",
    packages: ["@connectrpc/connect-node"],
    protocol: "Connect",
    program: "connect-node",
    words: ["connect"],
    set: "nothing",
    isVariant: true,
  },
  {
    client: "@connectrpc/connect-node",
    packages: ["@connectrpc/connect-node"],
    protocol: "gRPC",
    program: "connect-node",
    words: ["grpc"],
    set: "nothing",
    isVariant: true,
  },
];

export const NPM_ROWS: readonly ClientRow[] = [
  {
    ...OAUTH,
    client: "simple-oauth2",
    set: PKCE_BY_HAND,
    way: "code",
    program: "npm/oauth/simple-oauth2.mjs",
    packages: ["simple-oauth2"],
  },
  {
    ...OAUTH,
    client: "client-oauth2",
    set: PKCE_BY_HAND,
    way: "code",
    program: "npm/oauth/client-oauth2.mjs",
    packages: ["client-oauth2"],
  },
  {
    ...OAUTH,
    client: "@badgateway/oauth2-client",
    set: "discovery",
    way: "code",
    program: "npm/oauth/badgateway.mjs",
    packages: ["@badgateway/oauth2-client"],
  },
  {
    ...OAUTH,
    client: "arctic",
    set: "the call with PKCE",
    way: "code",
    program: "npm/oauth/arctic.mjs",
    packages: ["arctic"],
  },
  {
    ...OAUTH,
    client: "openid-client 5",
    set: "`oauthCallback`",
    way: "code",
    program: "npm/oauth/openid-client-5.mjs",
    packages: ["openid-client"],
  },
  {
    ...OAUTH,
    client: "passport-oauth2",
    set: "`state`, `pkce`",
    way: "code",
    program: "npm/oauth/passport.mjs",
    words: ["pkce"],
    packages: ["passport-oauth2"],
    isVariant: true,
  },
  {
    ...OAUTH,
    client: "passport-oauth2, no PKCE",
    set: "[the switch][f]",
    way: "code",
    program: "npm/oauth/passport.mjs",
    packages: ["passport-oauth2"],
    registration: { pkceOptional: true },
  },
  {
    ...OAUTH,
    client: "grant",
    set: "`state`, `pkce`",
    way: "site",
    program: "npm/sites/grant.mjs",
    packages: ["grant"],
    callback: "/connect/latchkey/callback",
  },
  {
    ...OAUTH,
    client: "NextAuth 4",
    set: "[Auth.js][a]",
    way: "site",
    program: "npm/sites/next-auth.mjs",
    packages: ["next-auth"],
    callback: "/api/auth/callback/latchkey",
  },
  {
    ...OAUTH,
    client: "Auth.js",
    set: "[Auth.js][a]",
    way: "site",
    program: "npm/sites/auth-core.mjs",
    packages: ["@auth/core"],
    callback: "/api/auth/callback/latchkey",
  },
  {
    ...OAUTH,
    client: "better-auth",
    set: "[better-auth][b]",
    way: "site",
    program: "npm/sites/better-auth.mjs",
    packages: ["better-auth"],
    callback: "/api/auth/callback/latchkey",
  },
  {
    ...OAUTH,
    client: "@fastify/oauth2",
    set: '`pkce: "S256"`',
    way: "site",
    program: "npm/sites/fastify-oauth2.mjs",
    packages: ["@fastify/oauth2"],
  },
  {
    ...OAUTH,
    client: "@hapi/bell",
    set: '`pkce: "S256"`',
    way: "site",
    program: "npm/sites/bell.mjs",
    packages: ["@hapi/bell"],
    callback: "/login",
  },
  ...["axios", "got", "node-fetch", "request", "superagent", "undici"].map((name) => ({
    client: name,
    language: "JavaScript",
    protocol: "forms, REST",
    set: "nothing",
    way: "form" as const,
    program: `npm/forms/${name}.mjs`,
    packages: [name],
    isVariant: name !== "axios" && name !== "superagent",
  })),
  ...RPC.map((row) => ({
    ...row,
    language: "JavaScript",
    way: "call" as const,
    program: `npm/rpc/${row.program}.mjs`,
  })),
];
