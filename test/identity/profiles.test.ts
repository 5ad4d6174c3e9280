// What an account says about its person, through the API: who changes it, and who sees it.
import { describe, expect, test } from "vitest";
import { create } from "@bufbuild/protobuf";
import { FieldMaskSchema } from "@bufbuild/protobuf/wkt";
import { refusal } from "../clients/refusal.ts";
import { agree, redeem, register } from "../oauth/flow.ts";
import { unique, useServer } from "../use-server.ts";

const PHONE = "+493012345678";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const mask = (...paths: string[]) => create(FieldMaskSchema, { paths });

  test("a user sets values, reads them, and takes them away", async () => {
    const user = await used.signUp();
    const { user: before } = await user.users.getUser({ userId: "me" });
    expect(before!.profile).toBeUndefined();
    const profile = {
      name: " Ada Lovelace ",
      locale: "en-gb",
      address: { locality: "London", country: "United Kingdom" },
    };
    const { user: after } = await user.users.updateUser({ user: { id: "me", profile } });
    expect(after!.profile).toMatchObject({
      name: "Ada Lovelace",
      locale: "en-GB",
      address: { locality: "London", country: "United Kingdom" },
    });
    // What isn't named by the mask stays.
    const { user: changed } = await user.users.updateUser({
      user: { id: "me", profile: { name: "ignored", zoneinfo: "europe/london" } },
      updateMask: mask("profile.zoneinfo", "profile.address.country"),
    });
    expect(changed!.profile).toMatchObject({
      name: "Ada Lovelace",
      zoneinfo: "Europe/London",
      address: { locality: "London" },
    });
    expect(changed!.profile!.address!.country).toBeUndefined();
    const { user: replaced } = await user.users.updateUser({
      user: { id: "me", profile: { givenName: "Ada" } },
      updateMask: mask("profile"),
    });
    expect({ ...replaced!.profile, $typeName: undefined }).toEqual({
      $typeName: undefined,
      givenName: "Ada",
    });
    const { user: emptied } = await user.users.updateUser({
      user: { id: "me" },
      updateMask: mask("profile"),
    });
    expect(emptied!.profile).toBeUndefined();
    expect(await used.server.store.users.find(user.id)).not.toHaveProperty("profile");
  });

  test("the audit trail names the fields and not their values", async () => {
    const user = await used.signUp();
    await user.users.updateUser({
      user: { id: "me", profile: { phoneNumber: PHONE, address: { postalCode: "SW1Y 4JH" } } },
    });
    const events = await used.server.store.audit.list(
      { userId: user.id, type: "user.update" },
      { limit: 10 },
    );
    expect(events.map(({ details }) => details)).toEqual([{ fields: "phone_number postal_code" }]);
  });

  test("only an administrator's client verifies a number, and a new number ends it", async () => {
    const user = await used.signUp();
    const { users } = used.administrator;
    const verify = { user: { id: user.id, profile: { phoneNumberVerified: true } } };
    expect(await refusal(users.updateUser(verify))).toMatchObject({
      reason: "FIELD_INVALID",
      fields: ["phone_number_verified"],
    });
    await user.users.updateUser({ user: { id: "me", profile: { phoneNumber: PHONE } } });
    expect(
      await refusal(
        user.users.updateUser({ ...verify, updateMask: mask("profile.phone_number_verified") }),
      ),
    ).toMatchObject({ code: "PermissionDenied" });
    const { user: read } = await user.users.getUser({ userId: "me" });
    expect(read!.profile).toMatchObject({ phoneNumber: PHONE, phoneNumberVerified: false });
    await users.updateUser(verify);
    const { user: verified } = await user.users.getUser({ userId: "me" });
    expect(verified!.profile!.phoneNumberVerified).toBe(true);
    // A user may send back what was read.
    await user.users.updateUser({ user: verified!, updateMask: mask("profile") });
    const { user: same } = await user.users.getUser({ userId: "me" });
    expect(same!.profile).toEqual(verified!.profile);
    const { user: moved } = await user.users.updateUser({
      user: { id: "me", profile: { ...verified!.profile!, phoneNumber: "+493012345679" } },
    });
    expect(moved!.profile).toMatchObject({
      phoneNumber: "+493012345679",
      phoneNumberVerified: false,
    });
  });

  test("an update of everything keeps a profile that it doesn't have", async () => {
    const user = await used.signUp();
    const { users } = used.administrator;
    await users.updateUser({ user: { id: user.id, profile: { name: "Ada" } } });
    const { username, email } = user;
    const { user: kept } = await users.updateUser({
      user: { id: user.id, username, email },
      updateMask: mask("*"),
    });
    expect(kept!.profile!.name).toBe("Ada");
    const { user: replaced } = await users.updateUser({
      user: { id: user.id, username, email, profile: { locale: "en" } },
      updateMask: mask("*"),
    });
    expect(replaced!.profile).toMatchObject({ locale: "en" });
    expect(replaced!.profile!.name).toBeUndefined();
  });

  test("a new user may have one", async () => {
    const email = `${unique()}@example.com`;
    const password = "correct horse battery";
    const wrong = { email, password, profile: { picture: "http://example.com/a.png" } };
    expect(await refusal(used.administrator.users.createUser(wrong))).toMatchObject({
      reason: "FIELD_INVALID",
      fields: ["picture"],
    });
    const { user } = await used.administrator.users.createUser({
      email,
      password,
      profile: { familyName: "Lovelace", phoneNumber: PHONE, phoneNumberVerified: true },
    });
    expect(user!.profile).toMatchObject({
      familyName: "Lovelace",
      phoneNumber: PHONE,
      phoneNumberVerified: true,
    });
    expect((await used.server.store.users.find(user!.id))!.profile).toEqual({
      familyName: "Lovelace",
      phoneNumber: PHONE,
      phoneNumberVerified: true,
    });
  });

  test("an application with the scope profile sees neither number nor address", async () => {
    const user = await used.signUp();
    await user.users.updateUser({
      user: {
        id: "me",
        profile: { name: "Ada", phoneNumber: PHONE, address: { locality: "London" } },
      },
    });
    const client = await register(used.administrator);
    const { json } = await redeem(used.url, client, await agree(user, client));
    const application = used.as(String(json["access_token"]));
    const { user: seen } = await application.users.getUser({ userId: "me" });
    expect(seen!.profile!.name).toBe("Ada");
    expect(seen!.profile!.phoneNumber).toBeUndefined();
    expect(seen!.profile!.phoneNumberVerified).toBeUndefined();
    expect(seen!.profile!.address).toBeUndefined();
  });

  test("a profile is gone with its user", async () => {
    const user = await used.signUp();
    await user.users.updateUser({ user: { id: "me", profile: { name: "Ada" } } });
    await user.users.deleteUser({ userId: "me" });
    const { store } = used.server;
    expect((await store.users.find(user.id))!.profile).toEqual({ name: "Ada" });
    expect(await store.users.purge(Number.MAX_SAFE_INTEGER, 1000)).toBeGreaterThan(0);
    expect(await store.users.find(user.id)).toBeUndefined();
  });
});
