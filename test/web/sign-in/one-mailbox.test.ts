import { describe, expect, test } from "vitest";
import { call } from "../../legacy/call.ts";
import { letterTo } from "../../email/mailbox.ts";
import { unique, useServer } from "../../use-server.ts";
import { PASSWORD, signUpPages } from "./sign-up-pages.ts";

const used = useServer({ environment: { SIGN_IN_NETWORK_FAILURES: "1000" } });

const { signedIn, register } = signUpPages(used);

describe("one mailbox", () => {
  test("is one account with one e-mail, which goes to the domain of the DNS", async () => {
    const local = unique("letter");
    expect((await register(unique(), { email: `${local}@bücher.example` })).status).toBe(303);
    await letterTo(used.server.mailFolder, `${local}@xn--bcher-kva.example`);
    for (const email of [
      `${local}@xn--bcher-kva.example`,
      `${local.toUpperCase()}@ＢÜＣＨＥＲ.example`,
      `${local}@bu\u0308cher。example`,
    ]) {
      // The same answer, and a letter to the owner: no second account.
      expect((await register(unique(), { email })).status).toBe(303);
      expect((await used.administrator.users.listUsers({ email })).users).toHaveLength(1);
      expect((await signedIn({ email, password: PASSWORD })).cookie).toMatch(/latchkey=lks_/);
    }
    await letterTo(used.server.mailFolder, `${local}@xn--bcher-kva.example`, 4);
    for (const email of [
      `${local}@10.0.0.1`,
      `${local}@a_b.example`,
      `${local}\u2060@bücher.example`,
      `ｖ${local}@bücher.example`,
    ])
      expect((await register(unique(), { email })).status).toBe(422);
  });

  test("is one account for the documented APIs as well", async () => {
    const local = unique("doc");
    const create = (email: string) =>
      call(`${used.url}/user/create`, "POST", {
        AccID: "acc",
        Email: email,
        UserID: unique(),
        Password: "pw",
        Bundle: "b",
        OSInt: "1",
        GAID: unique(),
      });
    expect((await create(`${local}@mail.example`)).status).toBe(200);
    expect((await create(`${local}@mａil.example`)).status).toBe(409);
    expect(
      (
        await call(`${used.url}/user/login`, "POST", {
          AccID: "acc",
          Email: `${local}@ｍａｉｌ.example`,
          Password: "pw",
        })
      ).status,
    ).toBe(200);
    expect(
      (
        await call(`${used.url}/register/`, "POST", {
          username: unique(),
          email: `${local}@mail。example`,
          password: "pw",
        })
      ).status,
    ).toBe(409);
  });
});
