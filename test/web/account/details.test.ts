// The page on which users say who they are.
import { beforeAll, describe, expect, test } from "vitest";
import { LANGUAGES } from "../../../src/domain/email/language.ts";
import { attributeMessages } from "../../../src/web/account/attributes/attribute-messages.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer();
const PATH = "/account/details";

let user: SignedIn;
let agent: Agent;

beforeAll(async () => {
  user = await used.signUp();
  agent = new Agent(used.url);
  await agent.signIn(user);
});

/** Sends the form with these fields; the others as a browser sends them when they are empty. */
async function save(fields: Record<string, string>): Promise<Response> {
  await agent.get(PATH);
  return agent.post(PATH, fields);
}
const profileOf = async ({ id }: SignedIn) => (await used.server.store.users.find(id))!.profile;
const events = async (): Promise<readonly (string | undefined)[]> =>
  (await used.server.store.audit.list({ userId: user.id, type: "user.update" }, { limit: 10 })).map(
    ({ details }) => details["fields"],
  );

describe("personal details", () => {
  test("need a session and the token of the form", async () => {
    expect((await new Agent(used.url).get(PATH)).headers.get("location")).toContain("/sign-in");
    await agent.get(PATH);
    expect((await agent.post(PATH, { full_name: "x", form_token: "x" })).status).toBe(403);
    expect(await profileOf(user)).toBeUndefined();
  });

  test("are saved in their stored form, shown, and recorded without their values", async () => {
    const response = await save({
      full_name: " Ada <Lovelace> ",
      locale: "en-gb",
      phone_number: "+49 30 12345678",
      street_address: "1 Main St\r\nFloor 2",
    });
    expect(response.headers.get("location")).toBe(`${PATH}?notice=saved`);
    expect(await profileOf(user)).toEqual({
      name: "Ada <Lovelace>",
      locale: "en-GB",
      phoneNumber: "+493012345678",
      streetAddress: "1 Main St\nFloor 2",
    });
    expect(await events()).toEqual(["name locale phone_number street_address"]);
    await agent.get(`${PATH}?notice=saved`);
    for (const text of [
      "Personal details saved.",
      'value="Ada &lt;Lovelace&gt;"',
      'value="+493012345678"',
      "1 Main St\nFloor 2</textarea>",
    ])
      expect(agent.page).toContain(text);
    await agent.get("/account");
    expect(agent.page).toContain("<bdi>Ada &lt;Lovelace&gt;</bdi>");
  });

  test("leave no event when nothing changes, and an empty field removes its value", async () => {
    const same = {
      full_name: "Ada <Lovelace>",
      locale: "en-GB",
      phone_number: "+493012345678",
      street_address: "1 Main St\r\nFloor 2",
    };
    expect((await save(same)).status).toBe(303);
    expect(await events()).toHaveLength(1);
    await save({ ...same, street_address: "" });
    expect(await profileOf(user)).not.toHaveProperty("streetAddress");
    expect(await events()).toEqual(["street_address", "name locale phone_number street_address"]);
  });

  test("can't say that a number is verified", async () => {
    await save({ phone_number: "+493012345670", phone_number_verified: "1" });
    expect(await profileOf(user)).toEqual({ phoneNumber: "+493012345670" });
  });

  test.each([
    ["picture", "http://example.com/a.png"],
    ["locale", "english please"],
    ["zoneinfo", "Mars/Base"],
    ["phone_number", "030 12345678"],
    ["full_name", "a\u202eb"],
    ["street_address", "a\u0007b"],
  ])("a wrong %s is refused in every language, at its field, and kept", async (name, text) => {
    const before = await profileOf(user);
    expect(LANGUAGES).toHaveLength(3);
    for (const language of LANGUAGES) {
      await agent.get(PATH);
      const response = await agent.post(`${PATH}?lang=${language}`, {
        given_name: "kept as typed",
        [name]: text,
      });
      expect(response.status).toBe(422);
      expect(agent.page).toContain(`id="${name}-error"`);
      expect(agent.page).toContain('value="kept as typed"');
      expect(agent.page).toContain(attributeMessages[language].title);
    }
    await agent.get(`${PATH}?lang=en`);
    expect(await profileOf(user)).toEqual(before);
  });
});
