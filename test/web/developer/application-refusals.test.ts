import { beforeAll, describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { useServer } from "../../use-server.ts";
import { consolePages, type Developer, ORIGINAL } from "./console-pages.ts";

const clock = movableClock();

const used = useServer({ clock, environment: { ZIMOXY: "off" } });

const { aDeveloper, shown, register } = consolePages(used);

let owner: Developer;

let stranger: Developer;

beforeAll(async () => {
  [owner, stranger] = [await aDeveloper(), await aDeveloper()];
});

describe("an application", () => {
  const PAGES = ["", "/settings", "/advanced", "/secret", "/snippets", "/button", "/delete"];
  const ACTS: Readonly<Record<string, Record<string, string>>> = {
    "/settings": { name: "Taken over" },
    "/advanced": { client_uri: "https://evil.example" },
    "/secret": { version: "1", overlap: "0" },
    "/end-access": {},
    "/delete": { name: "Reading room" },
  };

  test("of another user, of an administrator or without an owner is not there", async () => {
    const { id } = await register(owner);
    const before = await owner.oauth.getClient({ clientId: id });
    await stranger.agent.get("/developer");
    expect(stranger.agent.page).not.toContain("Reading room");
    for (const clientId of [
      id,
      used.server.administrator.clientId,
      "01890000-0000-7000-8000-000000000000",
      "",
    ]) {
      for (const page of PAGES)
        expect(
          (await stranger.agent.get(`/developer/application${page}?id=${clientId}`)).status,
          page,
        ).toBe(404);
      await stranger.agent.get("/developer");
      for (const [act, fields] of Object.entries(ACTS))
        expect(
          (await stranger.agent.post(`/developer/application${act}`, { id: clientId, ...fields }))
            .status,
          act,
        ).toBe(404);
    }
    expect(await owner.oauth.getClient({ clientId: id })).toEqual(before);
  });

  test("is changed by no form of another site, and by no link", async () => {
    const { id } = await register(owner);
    const before = await owner.oauth.getClient({ clientId: id });
    for (const [act, fields] of Object.entries(ACTS)) {
      await owner.agent.get(`/developer/application/settings?id=${id}`);
      const tries: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
        [{ form_token: "" }, {}],
        [{}, { "sec-fetch-site": "cross-site" }],
        [{}, { origin: "https://evil.example" }],
      ];
      for (const [more, headers] of tries)
        expect(
          (
            await owner.agent.post(
              `/developer/application${act}`,
              { id, ...fields, ...more },
              headers,
            )
          ).status,
        ).toBe(403);
      await owner.agent.get(
        `/developer/application${act}?${new URLSearchParams({ id, ...fields })}`,
      );
    }
    expect(await owner.oauth.getClient({ clientId: id })).toEqual(before);
  });

  test("keeps what its page doesn't show, and is deleted by its name only", async () => {
    const { client } = await used.administrator.oauth.createClient({
      client: {
        name: "Reading room",
        type: ClientType.CONFIDENTIAL,
        ownerId: owner.id,
        scopes: ["profile", "introspect"],
        apis: ["zimoxy", "kokids"],
      },
    });
    await owner.agent.get(`/developer/application/settings?id=${client!.id}`);
    await owner.agent.post("/developer/application/settings", {
      id: client!.id,
      name: "Another room",
      redirect_uris: ORIGINAL,
      scope_groups: "on",
      api_senler: "on",
    });
    expect((await owner.oauth.getClient({ clientId: client!.id })).client).toMatchObject({
      name: "Another room",
      scopes: ["groups", "introspect"],
      apis: ["senler", "zimoxy"],
      redirectUris: [ORIGINAL],
    });
    await owner.agent.get(`/developer/application/delete?id=${client!.id}`);
    expect(
      (
        await owner.agent.post("/developer/application/delete", {
          id: client!.id,
          name: "Reading room",
        })
      ).status,
    ).toBe(422);
    expect(
      (
        await owner.agent.post("/developer/application/delete", {
          id: client!.id,
          name: "Another room",
        })
      ).headers.get("location"),
    ).toBe("/developer?notice=deleted");
  });

  test("ends its tokens without asking anybody again", async () => {
    const { id, secret } = await register(owner);
    const token = async () =>
      (
        await used
          .as()
          .oauth.token({ grantType: "client_credentials", clientId: id, clientSecret: secret })
      ).accessToken;
    const introspect = async (value: string) =>
      (await used.as().oauth.introspect({ clientId: id, clientSecret: secret, token: value }))
        .active;
    const before = await token();
    expect(await introspect(before)).toBe(true);
    await owner.agent.get(`/developer/application?id=${id}`);
    expect(
      (await owner.agent.post("/developer/application/end-access", { id })).headers.get("location"),
    ).toBe(`/developer/application?id=${id}&notice=ended`);
    expect([await introspect(before), await introspect(await token())]).toEqual([false, true]);
  });
});

// The last: it lets time pass.
test("a new secret needs the password again, and ends the old one if asked", async () => {
  const { id, secret } = await register(owner);
  const works = (clientSecret: string) =>
    used
      .as()
      .oauth.token({ grantType: "client_credentials", clientId: id, clientSecret })
      .then(
        () => true,
        () => false,
      );
  const path = `/developer/application/secret?id=${id}`;
  await owner.agent.get(path);
  const token = owner.agent.hidden("form_token");
  clock.pass(6 * MINUTE);
  for (const page of ["secret", "delete"]) {
    const target = `/developer/application/${page}?id=${id}`;
    const confirm = `/confirm?return=${encodeURIComponent(target)}`;
    expect((await owner.agent.get(target)).headers.get("location")).toBe(confirm);
    expect(
      (
        await owner.agent.post(`/developer/application/${page}`, {
          form_token: token,
          id,
          version: "1",
          name: "Reading room",
        })
      ).headers.get("location"),
    ).toBe(confirm);
  }
  await owner.agent.get(`/confirm?return=${encodeURIComponent(path)}`);
  expect(
    (await owner.agent.post("/confirm", { return: path, password: owner.password })).headers.get(
      "location",
    ),
  ).toBe(path);
  await owner.agent.get(path);
  await owner.agent.post("/developer/application/secret", { id, version: "1", overlap: "1" });
  const [, next = ""] = shown(owner.agent);
  expect([await works(secret), await works(next)]).toEqual([true, true]);
  const again = await owner.agent.post("/developer/application/secret", {
    id,
    version: "1",
    overlap: "0",
  });
  expect(again.headers.get("location")).toBe(`/developer/application?id=${id}&notice=secret-made`);
  clock.pass(59 * MINUTE);
  expect(await works(secret)).toBe(true);
  clock.pass(2 * MINUTE);
  expect([await works(secret), await works(next)]).toEqual([false, true]);
});
