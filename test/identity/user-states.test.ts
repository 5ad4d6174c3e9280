import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { UserState } from "../../gen/identity/v1/model_pb.ts";
import { reason, refusal } from "../clients/refusal.ts";
import { delegate, isActive, refresh } from "../oauth/flow.ts";
import { useServer } from "../use-server.ts";
import { accountCalls } from "./account-calls.ts";
import { DAY, MINUTE, movableClock } from "./clock.ts";

const clock = movableClock();

const used = useServer({ clock, environment: { SIGN_IN_NETWORK_FAILURES: "1000" } });

const { create, signIn } = accountCalls(used);

describe("locking", () => {
  test("ends everything at once, until it is taken back", async () => {
    const ada = await used.signUp();
    const { client, accessToken, refreshToken } = await delegate(used.url, used.administrator, ada);
    const locked = (await used.administrator.users.lockUser({ userId: ada.id, reason: "a reason" }))
      .user!;
    expect(locked).toMatchObject({ state: UserState.LOCKED, lockReason: "a reason" });
    expect(await reason(ada.users.getUser({ userId: "me" }))).toBe("TOKEN_INVALID");
    expect(await isActive(used.url, client, accessToken)).toBe(false);
    expect((await refresh(used.url, client, refreshToken)).json["error"]).toBe("invalid_grant");
    expect(await reason(signIn(ada.email, "a wrong password"))).toBe("SIGN_IN_FAILED");
    expect(await refusal(signIn(ada.email, ada.password))).toMatchObject({
      code: "PermissionDenied",
      reason: "USER_LOCKED",
    });
    expect((await used.administrator.users.unlockUser({ userId: ada.id })).user).toMatchObject({
      state: UserState.ACTIVE,
      lockReason: "",
    });
    expect(await reason(used.administrator.users.unlockUser({ userId: ada.id }))).toBe(
      "USER_STATE_CONFLICT",
    );
    expect(await reason(ada.users.getUser({ userId: "me" }))).toBe("TOKEN_INVALID");
    expect((await signIn(ada.email, ada.password)).user?.id).toBe(ada.id);
  });

  test("ends by itself when it has an end", async () => {
    const ada = await used.signUp();
    const until = timestampFromMs(clock.now() + 10 * MINUTE);
    await used.administrator.users.lockUser({ userId: ada.id, reason: "for a while", until });
    expect(await reason(signIn(ada.email, ada.password))).toBe("USER_LOCKED");
    const listed = async () => {
      const states = [UserState.UNSPECIFIED, UserState.ACTIVE, UserState.LOCKED];
      return Promise.all(
        states.map(async (state) =>
          (await used.administrator.users.listUsers({ email: ada.email, state })).users.map(
            (user) => user.state,
          ),
        ),
      );
    };
    expect(await listed()).toEqual([[UserState.LOCKED], [], [UserState.LOCKED]]);
    clock.pass(10 * MINUTE);
    await used.renew();
    expect(await listed()).toEqual([[UserState.ACTIVE], [UserState.ACTIVE], []]);
    const { user } = await signIn(ada.email, ada.password);
    expect(user).toMatchObject({ state: UserState.ACTIVE, lockReason: "" });
    expect(user?.lockUntil).toBeUndefined();
    expect(
      await reason(
        used.administrator.users.lockUser({
          userId: ada.id,
          reason: "x",
          until: timestampFromMs(1000),
        }),
      ),
    ).toBe("FIELD_INVALID");
    // What is after now is judged by the time that ends the lock, not by the machine's.
    clock.pass(-DAY);
    await used.renew();
    const soon = timestampFromMs(clock.now() + 10 * MINUTE);
    await used.administrator.users.lockUser({ userId: ada.id, reason: "x", until: soon });
    clock.pass(DAY);
    await used.renew();
  });
});

describe("deleting", () => {
  test("ends everything, frees name and address, and can be taken back for 30 days", async () => {
    const ada = await used.signUp();
    const { client, accessToken } = await delegate(used.url, used.administrator, ada);
    const deleted = (await ada.users.deleteUser({ userId: "me" })).user!;
    expect(deleted.state).toBe(UserState.DELETED);
    expect(timestampMs(deleted.purgeTime!) - timestampMs(deleted.deleteTime!)).toBe(30 * DAY);
    expect(await reason(ada.users.getUser({ userId: "me" }))).toBe("TOKEN_INVALID");
    expect(await isActive(used.url, client, accessToken)).toBe(false);
    expect(await reason(signIn(ada.email, ada.password))).toBe("SIGN_IN_FAILED");
    expect(await reason(used.administrator.users.deleteUser({ userId: ada.id }))).toBe(
      "USER_NOT_FOUND",
    );
    const { user: heir } = await create({ email: ada.email, username: ada.username });
    expect(heir!.id).not.toBe(ada.id);
    expect(await refusal(used.administrator.users.restoreUser({ userId: ada.id }))).toMatchObject({
      code: "AlreadyExists",
    });
    await used.administrator.users.deleteUser({ userId: heir!.id });
    expect((await used.administrator.users.restoreUser({ userId: ada.id })).user).toMatchObject({
      state: UserState.ACTIVE,
      email: ada.email,
      username: ada.username,
    });
    expect(await reason(ada.users.getUser({ userId: "me" }))).toBe("TOKEN_INVALID");
    expect((await signIn(ada.email, ada.password)).user?.id).toBe(ada.id);
    await used.administrator.users.deleteUser({ userId: ada.id });
    clock.pass(30 * DAY);
    await used.renew();
    expect(await reason(used.administrator.users.restoreUser({ userId: ada.id }))).toBe(
      "USER_STATE_CONFLICT",
    );
  });
});
