// One call over every protocol: the same answer, the same reason, the same headers.
import { toJson } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UserState } from "../../gen/identity/v1/model_pb.ts";
import { GetUserResponseSchema, ListUsersResponseSchema } from "../../gen/identity/v1/user_pb.ts";
import { refusal } from "../clients/refusal.ts";
import { openWays, WAYS, type Ways } from "../clients/ways.ts";
import { type Api, apiOf, type SignedIn, unique, useServer } from "../use-server.ts";

const used = useServer({ environment: { SIGN_IN_ACCOUNT_FAILURES: "2" } });
let ways: Ways;
let user: SignedIn;
let administrator: string;

beforeAll(async () => {
  ways = openWays(used.url);
  user = await used.signUp({ username: unique("Ünï ") });
  administrator = await used.server.administratorToken();
});
afterAll(() => ways.close());

/** Who calls what, and why it is refused; the message is the one that the first way gives. */
const REFUSALS: readonly {
  what: string;
  token: () => string | undefined;
  call: (api: Api) => Promise<unknown>;
  is: object;
}[] = [
  {
    what: "fields that break rules",
    token: () => administrator,
    call: ({ users }) =>
      users.createUser({ email: "x", password: "a password that will do", realm: "No Realm" }),
    is: { code: "InvalidArgument", reason: "FIELD_INVALID", fields: ["email", "realm"] },
  },
  {
    what: "what only the domain finds wrong",
    token: () => administrator,
    call: ({ users }) =>
      users.createUser({ email: "not an address", password: "a password that will do" }),
    is: { code: "InvalidArgument", reason: "EMAIL_INVALID", fields: ["email"] },
  },
  {
    what: "no credential",
    token: () => undefined,
    call: ({ users }) => users.getUser({ userId: "me" }),
    is: { code: "Unauthenticated", reason: "CREDENTIAL_MISSING" },
  },
  {
    what: "a token that is none",
    token: () => "lks_unknown",
    call: ({ users }) => users.getUser({ userId: "me" }),
    is: { code: "Unauthenticated", reason: "TOKEN_INVALID" },
  },
  {
    what: "too little power",
    token: () => user.token,
    call: ({ users }) => users.listUsers({}),
    is: { code: "PermissionDenied", reason: "PERMISSION_DENIED" },
  },
  {
    what: "no user of that id",
    token: () => administrator,
    call: ({ users }) => users.getUser({ userId: "nobody-ü" }),
    is: { code: "NotFound", reason: "USER_NOT_FOUND" },
  },
  {
    what: "an address that is taken",
    token: () => administrator,
    call: ({ users }) =>
      users.createUser({ email: user.email, password: "a password that will do" }),
    is: { code: "AlreadyExists", reason: "EMAIL_TAKEN" },
  },
  {
    what: "the wrong state",
    token: () => administrator,
    call: ({ users }) => users.restoreUser({ userId: user.id }),
    is: { code: "FailedPrecondition", reason: "USER_STATE_CONFLICT" },
  },
];

describe.each(WAYS)("over %s", (way) => {
  const as = (token?: string): Api => apiOf(ways.transports[way], token);

  test("a read answers what every other way answers", async () => {
    const own = await as(user.token).users.getUser({ userId: "me" });
    expect(own.user).toMatchObject({ id: user.id, username: user.username, email: user.email });
    expect(toJson(GetUserResponseSchema, own)).toEqual(
      toJson(GetUserResponseSchema, await user.users.getUser({ userId: user.id })),
    );
  });

  test("a list with filters", async () => {
    const query = { email: user.email.toUpperCase(), pageSize: 1, state: UserState.ACTIVE };
    const list = await as(administrator).users.listUsers(query);
    expect(list.users.map(({ id }) => id)).toEqual([user.id]);
    expect(toJson(ListUsersResponseSchema, list)).toEqual(
      toJson(ListUsersResponseSchema, await used.administrator.users.listUsers(query)),
    );
  });

  test("a write", async () => {
    const username = unique("名");
    const { user: created } = await as(administrator).users.createUser({
      email: `${username}@example.com`,
      username,
      password: unique("a password "),
    });
    expect((await used.administrator.users.getUser({ userId: created!.id })).user).toEqual(created);
  });

  test("an answer has the id of its request", async () => {
    const ids = new Set<string>();
    const onHeader = (headers: Headers): void => void ids.add(headers.get("x-request-id") ?? "");
    await as(user.token).users.getUser({ userId: "me" }, { onHeader });
    await as(user.token).users.getUser({ userId: "me" }, { onHeader });
    expect([...ids]).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ]);
  });

  test.each(REFUSALS)("a refusal: $what", async ({ token, call, is }) => {
    const refused = await refusal(call(as(token())));
    expect(refused).toMatchObject({ ...is, domain: "latchkey" });
    expect(refused).toEqual(await refusal(call(apiOf(ways.transports["grpc-js"], token()))));
  });

  test("a text that no database should meet is refused", async () => {
    expect(await refusal(as(administrator).users.listUsers({ username: "a\0b" }))).toMatchObject({
      code: "InvalidArgument",
      reason: expect.stringMatching(/^(MALFORMED_REQUEST|FIELD_INVALID)$/),
    });
  });

  test("a refusal that says when to come back", async () => {
    const account = await used.signUp();
    const guess = () =>
      as().users.signIn({ identifier: { case: "email", value: account.email }, password: "wrong" });
    for (let count = 0; count < 2; count++)
      expect(await refusal(guess())).toMatchObject({
        code: "Unauthenticated",
        reason: "SIGN_IN_FAILED",
      });
    const refused = await refusal(guess());
    expect(refused).toMatchObject({ code: "ResourceExhausted", reason: "RATE_LIMITED" });
    expect(refused.retryAfter).toBeGreaterThan(0);
    expect(refused.retryAfter).toBeLessThanOrEqual(300_000);
  });
});
