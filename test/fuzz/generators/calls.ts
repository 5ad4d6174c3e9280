// Calls by what they mean, apart from how they are written.
import type { DescMessage, DescMethodUnary, Message, MessageInitShape } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { OAuthService } from "../../../gen/identity/v1/oauth_pb.ts";
import type { UserState } from "../../../gen/identity/v1/model_pb.ts";
import { UserService } from "../../../gen/identity/v1/user_pb.ts";
import { CANARY } from "../target/canary.ts";
import type { Principals } from "../target/enrol.ts";

/** One call, which can be made again and again. */
export interface Meaning {
  readonly method: DescMethodUnary;
  /** With the mark where a name must be new every time. */
  readonly input: object;
  readonly authorization: string;
}

/** The input of a method, with arbitraries in the place of values. */
type Inputs<I extends DescMessage> = {
  readonly [Name in keyof MessageInitShape<I>]?: fc.Arbitrary<MessageInitShape<I>[Name]>;
};

/** In an input, it stands for what is new every time. */
const MARK = "\u{1f6a9}";

/** The message of a call, with a name in the place of the mark. */
export function messageOf({ method, input }: Meaning, name: string): Message {
  const named = Object.entries(input).map(([field, value]: [string, unknown]) => [
    field,
    typeof value === "string" ? value.replaceAll(MARK, name) : value,
  ]);
  return create(method.input, Object.fromEntries(named) as Message);
}

/** Every meaning that is compared, called with every kind of credential. */
export function meanings(principals: Principals): fc.Arbitrary<Meaning> {
  const { administrator, user, prey } = principals;
  const authorization = fc.constantFrom(
    `Bearer ${administrator.token}`,
    `Bearer ${administrator.token}`,
    `Bearer ${user.token}`,
    `Bearer ${CANARY}`,
    `Basic ${administrator.basic}`,
    "Bearer",
    "",
  );
  const call = <I extends DescMessage>(
    method: DescMethodUnary<I>,
    inputs: Inputs<I>,
  ): fc.Arbitrary<Meaning> =>
    fc
      .tuple(fc.record(inputs as Record<string, fc.Arbitrary<unknown>>), authorization)
      .map(([input, value]): Meaning => ({ method, input, authorization: value }));

  const email = fc.constantFrom(
    `${MARK}@example.com`,
    `${MARK}@example.com`,
    user.email,
    user.email.toUpperCase(),
    "x",
    "not an address",
    `ü${MARK}@bücher.example`,
    "a".repeat(321),
  );
  const username = fc.constantFrom(
    "",
    MARK,
    user.username,
    `名 ${MARK}`,
    "a@b",
    "u".repeat(129),
    "line\nbreak",
  );
  const password = fc.constantFrom(
    "a password that will do",
    user.password,
    "short",
    "",
    "p".repeat(1025),
    "ü".repeat(600),
    " ",
    "a password of\u2028two lines",
  );
  const realm = fc.constantFrom("", "default", "other", "No Realm");
  const userId = fc.constantFrom(
    "me",
    prey.userId,
    "nobody",
    "a/b",
    "a b:c%2f?#",
    "名",
    "x".repeat(65),
  );
  const pageSize = fc.constantFrom(0, 1, 1000, 1001, -1, 2 ** 31 - 1);
  const pageToken = fc.constantFrom("", "x", "AAAA", "%", "y".repeat(1025));
  const state = fc.constantFrom<UserState>(0, 1, 2, 99 as UserState);
  const groupId = fc.constantFrom(1n, 0n, -1n, 2n ** 63n - 1n);
  const identifier = fc.constantFrom(
    { case: "email" as const, value: user.email },
    { case: "username" as const, value: user.username },
    { case: "email" as const, value: "x" },
    { case: undefined },
  );

  const clientId = fc.constantFrom("", prey.clientId, "nobody", "c".repeat(129));
  const secret = fc.constantFrom("", CANARY);
  return fc.oneof(
    call(UserService.method.createUser, {
      email,
      username,
      password,
      realm: fc.constantFrom("", "default", "No Realm"),
    }),
    call(UserService.method.signIn, { identifier, password, realm }),
    call(UserService.method.getUser, { userId }),
    call(UserService.method.listUsers, { pageSize, pageToken, email, username, state, realm }),
    call(UserService.method.listGroups, {
      userId: fc.constantFrom("", "me", prey.userId, "nobody"),
      pageSize,
      pageToken,
    }),
    call(UserService.method.restoreUser, { userId }),
    call(UserService.method.createGroup, {
      name: fc.constantFrom("", "a group", "g".repeat(201)),
      ownerId: fc.constantFrom("", "me", "nobody"),
      vkGroupId: groupId,
    }),
    call(UserService.method.getGroup, { groupId: fc.constantFrom(1n, -1n, 2n ** 63n - 1n) }),
    call(OAuthService.method.getClient, {
      clientId: fc.constantFrom(prey.clientId, "nobody", "c".repeat(129)),
    }),
    call(OAuthService.method.rotateClientSecret, {
      clientId: fc.constantFrom("nobody", "c".repeat(129)),
    }),
    call(OAuthService.method.authorize, {
      clientId,
      redirectUri: fc.constantFrom("", "https://app.example/cb", "javascript:x"),
      scope: fc.constantFrom("", "profile", "admin", "\u0007"),
      codeChallengeMethod: fc.constantFrom("", "plain"),
      groupId,
    }),
    call(OAuthService.method.token, {
      grantType: fc.constantFrom(
        "",
        "client_credentials",
        "refresh_token",
        "authorization_code",
        "password",
      ),
      code: secret,
      refreshToken: secret,
      scope: fc.constantFrom("", "admin", "nothing", '"'),
      clientId,
      clientSecret: secret,
    }),
    call(OAuthService.method.introspect, {
      token: fc.constantFrom("", CANARY, "t".repeat(4097)),
      clientId,
      clientSecret: secret,
    }),
    call(OAuthService.method.revoke, {
      token: fc.constantFrom("", CANARY),
      tokenTypeHint: fc.constantFrom("", "access_token", "x"),
      clientId,
      clientSecret: secret,
    }),
  );
}
