// What administrators see and change of a user's profile.
import { beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import type { Agent } from "../agent.ts";
import { administrationPages } from "./administration-pages.ts";

const used = useServer();
const { signedIn, stored, administrate, userPath } = administrationPages(used, systemClock);
const PATH = "/administration/edit-user";

let ada: SignedIn;
let admin: Agent;

beforeAll(async () => {
  const administrator = await used.signUp();
  ada = await used.signUp();
  await administrate(administrator);
  admin = await signedIn(administrator);
});

/** Sends the form with these fields beside the address and the name. */
async function edit(fields: Record<string, string>): Promise<Response> {
  await admin.get(`${PATH}?id=${ada.id}`);
  const { email, username } = ada;
  return admin.post(PATH, { id: ada.id, email, username, ...fields });
}

test("an administrator edits a profile, and the page of the user shows it", async () => {
  const given = { full_name: "Ada & Co", phone_number: "+49 30 12345678", country: "Germany" };
  expect((await edit(given)).headers.get("location")).toBe(`${userPath(ada)}&notice=saved`);
  expect((await stored(ada)).profile).toEqual({
    name: "Ada & Co",
    phoneNumber: "+493012345678",
    country: "Germany",
  });
  await admin.get(userPath(ada));
  for (const text of ["Ada &amp; Co", "+493012345678", "Germany", "not verified"])
    expect(admin.page).toContain(text);
  const [event] = await used.server.store.audit.list(
    { userId: ada.id, type: "user.update" },
    { limit: 1 },
  );
  expect(event!.details).toEqual({ fields: "name phone_number country" });
});

test("a tick verifies a number; the tick of an old number doesn't verify a new one", async () => {
  const verified = { phone_number: "+493012345678", phone_number_verified: "1" };
  await edit(verified);
  expect((await stored(ada)).profile).toEqual({
    phoneNumber: "+493012345678",
    phoneNumberVerified: true,
  });
  await edit({ ...verified, locality: "Berlin" });
  expect((await stored(ada)).profile!.phoneNumberVerified).toBe(true);
  await edit({ ...verified, phone_number: "+493012345679" });
  expect((await stored(ada)).profile).toEqual({ phoneNumber: "+493012345679" });
  await edit({ ...verified, phone_number: "+493012345670" });
  expect((await stored(ada)).profile!.phoneNumberVerified).toBe(true);
  await edit({ phone_number: "+493012345670" });
  expect((await stored(ada)).profile).toEqual({ phoneNumber: "+493012345670" });
});

test("a wrong value, and a tick without a number, are said at the field", async () => {
  const before = (await stored(ada)).profile;
  for (const [fields, field] of [
    [{ picture: "http://example.com" }, "picture"],
    [{ phone_number_verified: "1" }, "phone_number"],
  ] as const) {
    expect((await edit(fields)).status).toBe(422);
    expect(admin.page).toContain(`id="${field}-error"`);
  }
  expect((await stored(ada)).profile).toEqual(before);
});
