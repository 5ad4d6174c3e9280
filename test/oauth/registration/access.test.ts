// Which caller may register a client: CLIENT_REGISTRATION.
import { describe, expect, test } from "vitest";
import { stores } from "../../mariadb.ts";
import { useServer } from "../../use-server.ts";
import { NATIVE, registerItself } from "./calls.ts";

describe("without the setting CLIENT_REGISTRATION", () => {
  const used = useServer();

  test("no client registers itself, no token is made, and the metadata say nothing", async () => {
    const { status, json } = await registerItself(used.url, NATIVE);
    expect([status, json["error"]]).toEqual([403, "access_denied"]);
    await expect(used.administrator.oauth.createRegistrationToken({})).rejects.toThrow("is off");
    const response = await fetch(`${used.url}/.well-known/oauth-authorization-server`);
    expect(await response.text()).not.toContain("registration_endpoint");
  });
});

describe("with a limit for each network", () => {
  const used = useServer({
    environment: { CLIENT_REGISTRATION: "open", CLIENT_REGISTRATIONS_PER_NETWORK: "3" },
  });

  test("registrations beyond it are refused, failed ones count", async () => {
    const statuses: number[] = [];
    for (const metadata of [NATIVE, {}, NATIVE, NATIVE])
      statuses.push((await registerItself(used.url, metadata)).status);
    expect(statuses).toEqual([201, 400, 201, 429]);
  });
});

describe.each(stores)("with initial access tokens ($engine)", ({ engine }) => {
  let minutes = 0;
  const used = useServer({
    engine,
    environment: { CLIENT_REGISTRATION: "token" },
    clock: {
      now: () => Date.now() + minutes * 60_000,
      random: (bytes) => crypto.getRandomValues(Buffer.alloc(bytes)),
    },
  });
  const register = (token: string, metadata: object = NATIVE) =>
    registerItself(used.url, metadata, token);

  test("one registers as many clients as it was made for, and no wrong one", async () => {
    const { token } = await used.administrator.oauth.createRegistrationToken({ uses: 2 });
    const statuses: number[] = [];
    for (const metadata of [NATIVE, {}, { redirect_uris: ["x:"] }, NATIVE, NATIVE])
      statuses.push((await register(token, metadata)).status);
    expect(statuses).toEqual([201, 400, 400, 201, 401]);
  });

  test("50 registrations at once with one token make one client", async () => {
    const { token } = await used.administrator.oauth.createRegistrationToken({});
    const answers = await Promise.all(Array.from({ length: 50 }, () => register(token)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(49);
    const { clients } = await used.administrator.oauth.listClients({ pageSize: 1000 });
    const made = answers.flatMap(({ json }) => json["client_id"] ?? []);
    expect(clients.filter(({ id }) => made.includes(id))).toHaveLength(1);
  });

  test("a wrong, missing, foreign or expired one registers nothing", async () => {
    const { token } = await used.administrator.oauth.createRegistrationToken({
      lifetime: { seconds: 600n },
    });
    const bad = ["", "lki_", `${token.slice(0, -2)}AA`, token.slice(4), `lki_${"A".repeat(200)}`];
    let count = 0;
    for (const each of bad) {
      expect([each, (await register(each)).status]).toEqual([each, 401]);
      count++;
    }
    expect(count).toBe(5);
    minutes += 11;
    expect((await register(token)).status).toBe(401);
  });

  test("the trail says who made one, and which one a client came by", async () => {
    const { token } = await used.administrator.oauth.createRegistrationToken({});
    const { json } = await register(token);
    const { auditEvents } = await used.administrator.audit.listAuditEvents({
      type: "registration_token.create",
    });
    const ids = auditEvents.map(({ details }) => details["id"]);
    const registered = await used.administrator.audit.listAuditEvents({
      clientId: String(json["client_id"]),
    });
    expect(ids).toContain(registered.auditEvents[0]?.details["token"]);
    expect(JSON.stringify(auditEvents.map(({ details }) => details))).not.toContain(token);
  });
});
