// Headers that a request may carry besides its own.
import fc from "fast-check";
import { CANARY } from "../target/canary.ts";
import { nastyText } from "./values.ts";
import type { Route } from "../target/routes.ts";
import type { Principals } from "../target/enrol.ts";

export type Headers = readonly (readonly [name: string, value: string])[];

/** Headers that have no effect, or make the request a bad one. */
const STRANGE: readonly Headers[] = [
  [["x-http-method-override", "DELETE"]],
  [["x-method-override", "PUT"]],
  [["x-original-url", "/user/delete"]],
  [["x-rewrite-url", "/v1/users"]],
  [["x-user-id", "1"]],
  [
    ["x-forwarded-user", "admin"],
    ["x-forwarded-user", "other"],
  ],
  [["x-endpoint-api-userinfo", "e30="]],
  [["grpc-metadata-authorization", `Bearer ${CANARY}`]],
  [["grpc-status-details-bin", "%%%"]],
  [["cookie", `session=${CANARY}; __proto__=1; ${"a=b; ".repeat(50)}`]],
  [
    ["cookie", "=;;=;\u0080"],
    ["cookie", "__proto__[x]=1"],
  ],
  [["authorization", `Bearer ${CANARY}`]],
  [["authorization", ""]],
  [
    ["Authorization", `Basic ${CANARY}`],
    ["authorization", "Bearer x"],
  ],
  [["authorization", `Digest username="${CANARY}"`]],
  [["authorization", `Bearer ${CANARY.repeat(700)}`]],
  [["content-type", "text/plain"]],
  [["content-encoding", "gzip"]],
  [["content-encoding", "br, gzip"]],
  [["content-encoding", "zstd"]],
  [
    ["host", "elsewhere.example"],
    ["x-forwarded-host", "evil.example"],
    ["x-forwarded-proto", "gopher"],
  ],
  [["forwarded", 'for="_x";host=evil.example;proto=https']],
  [["x-forwarded-for", "' OR 1=1 --, ::1, 999.1.1.1, [::1]:99999"]],
  [
    ["x-forwarded-for", "1.1.1.1"],
    ["x-forwarded-for", "2.2.2.2"],
  ],
  [
    ["accept", "application/xml;q=0, */*;q=nonsense"],
    ["accept-charset", "utf-7"],
    ["accept-encoding", "identity;q=0"],
  ],
  [["connection", "authorization, content-type"]],
  [
    ["connection", "Upgrade, HTTP2-Settings"],
    ["upgrade", "h2c"],
    ["http2-settings", "AAMAAABkAAQAAP__"],
  ],
  [
    ["te", "trailers"],
    ["trailer", "authorization"],
  ],
  [["expect", "100-continue"]],
  [["expect", "a miracle"]],
  [
    ["range", "bytes=0-1"],
    ["if-match", "*"],
    ["if-none-match", "*"],
  ],
  [["grpc-timeout", "99999999H"]],
  [["grpc-timeout", "1.5S"]],
  [["connect-timeout-ms", "99999999999"]],
  [["connect-protocol-version", "9"]],
  [
    ["origin", "null"],
    ["access-control-request-method", "DELETE"],
  ],
  [["bad header", "x"]],
  [["x-control", "a\u0001b"]],
  [["x-folded", "a\r\n b"]],
  [["x".repeat(17_000), "x"]],
];

/** Usually nothing, sometimes one of them. */
export const strangeHeaders: fc.Arbitrary<Headers> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Headers>([]) },
  { weight: 1, arbitrary: fc.constantFrom(...STRANGE) },
);

/** One of them, or a user agent that must not go into a log as it is. */
export const someStrangeHeaders: fc.Arbitrary<Headers> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...STRANGE), { minLength: 1, maxLength: 3 })
      .map((all) => all.flat()),
  },
  {
    weight: 1,
    arbitrary: nastyText.map((text): Headers => [
      [
        "user-agent",
        Buffer.from(text)
          .toString("latin1")
          .replace(/[\r\n\0]/g, " "),
      ],
    ]),
  },
);

/** An address of its own for nearly every request, so that limits per network hide nothing. */
const address: fc.Arbitrary<Headers> = fc
  .nat(2 ** 24 - 1)
  .map((n) => [["x-forwarded-for", `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`]]);

/** The credential that a route may want, or another one, or none. */
export function credential(
  { method }: Route,
  { administrator, user, developer, partnerKey }: Principals,
): fc.Arbitrary<Headers> {
  const service = method.parent.name;
  const own =
    service === "ZimoxyService"
      ? partnerKey
      : service === "SecretpairService"
        ? developer.token
        : /^(?:Token|Revoke|Introspect)$/.test(method.name)
          ? `Basic ${administrator.basic}`
          : `Bearer ${administrator.token}`;
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.constant(own) },
    { weight: 2, arbitrary: fc.constant("") },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        `Bearer ${user.token}`,
        `Bearer ${partnerKey}`,
        `Bearer ${CANARY}`,
      ),
    },
  );
  return fc
    .tuple(value, address)
    .map(([text, more]): Headers => (text === "" ? more : [["authorization", text], ...more]));
}
