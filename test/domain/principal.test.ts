import { expect, test } from "vitest";
import {
  actorIds,
  actorOf,
  anonymous,
  callingUser,
  isRecent,
  type Principal,
  refuseDelegate,
  requireRecent,
  requireUser,
} from "../../src/domain/principal.ts";
import { aSession, anAccessToken, aUser, NOW } from "../store/samples.ts";

const user = aUser({ id: "ada" });
const token = anAccessToken({ clientId: "shop" });
const session = aSession({ createdAt: NOW });
const CALLERS = {
  anonymous,
  user: { kind: "user", user, session },
  delegate: { kind: "delegate", user, token },
  client: { kind: "client", token },
  partner: { kind: "partner", clientId: "partner" },
  operator: { kind: "operator" },
} as const satisfies Record<Principal["kind"], Principal>;
const all = Object.values<Principal>(CALLERS);
const late = NOW + 5 * 60_000;

test("each kind of caller has one word, which names its ids", () => {
  expect(all.map(actorOf)).toEqual([
    "anonymous",
    "user:ada",
    "user:ada by client:shop",
    "client:shop",
    "client:partner",
    "operator",
  ]);
  expect(all.map((caller) => actorIds(actorOf(caller)).map(({ kind, id }) => [kind, id]))).toEqual([
    [],
    [["user", "ada"]],
    [
      ["user", "ada"],
      ["client", "shop"],
    ],
    [["client", "shop"]],
    [["client", "partner"]],
    [],
  ]);
});

test("only a user and an application that acts for one have a user", () => {
  expect(all.map(callingUser)).toEqual([undefined, user, user, undefined, undefined, undefined]);
  expect(requireUser(CALLERS.user)).toBe(user);
  expect(() => requireUser(CALLERS.client)).toThrow(
    expect.objectContaining({ reason: "PERMISSION_DENIED" }),
  );
});

test("a sensitive action needs a recent password of a user, and is for no delegate", () => {
  expect(isRecent(session, late)).toBe(false);
  const outcomes = (now: number): unknown[] =>
    all.map((caller) => {
      try {
        requireRecent(caller, now);
        return "allowed";
      } catch (error) {
        return (error as { reason: string }).reason;
      }
    });
  const others = ["allowed", "allowed", "allowed"];
  expect(outcomes(late - 1)).toEqual(["allowed", "allowed", "PERMISSION_DENIED", ...others]);
  expect(outcomes(late)).toEqual([
    "allowed",
    "REAUTHENTICATION_REQUIRED",
    "PERMISSION_DENIED",
    ...others,
  ]);
  expect(() => refuseDelegate(CALLERS.user)).not.toThrow();
  expect(() => refuseDelegate(CALLERS.delegate)).toThrow(
    expect.objectContaining({ reason: "PERMISSION_DENIED" }),
  );
});
