// What the transcripts of zimoxy can't show: what happens at once, what is kept, and what is
// written down.
import { beforeAll, describe, expect, test } from "vitest";
import { stores } from "../mariadb.ts";
import { unique, useServer } from "../use-server.ts";
import { call, race } from "./call.ts";

const engines = stores.map(({ engine }) => engine);

/** A user with unique names. */
const newUser = () => ({
  login: unique("вася "),
  password: unique("пароль"),
  email: `${unique()}@example.ru`,
  ip: "2001:db8::7",
});

describe.each(engines)("zimoxy on %s", (engine) => {
  const used = useServer({ engine });
  let client: { readonly id: string; readonly key: string };
  beforeAll(async () => {
    const created = await used.administrator.oauth.createClient({
      client: { name: "Partner", apis: ["zimoxy"] },
    });
    client = { id: created.client!.id, key: created.clientSecret };
  });
  const register = (user: ReturnType<typeof newUser>) =>
    call(`${used.url}/oauth2/register`, "POST", user, { authorization: client.key });
  const login = ({ login: name, password, ip }: ReturnType<typeof newUser>) =>
    call(
      `${used.url}/oauth2/login`,
      "POST",
      { login: name, password, ip },
      { authorization: client.key },
    );

  test("of many who register one user at once, one does", async () => {
    const user = newUser();
    expect(
      await race(8, (index) =>
        register(index % 2 === 0 ? user : { ...user, email: `${unique()}@example.ru` }),
      ),
    ).toEqual([200, ...Array<number>(7).fill(302)]);
  });

  test("keeps who registered the user, and uses the sent address for nothing else", async () => {
    const user = newUser();
    expect((await register(user)).status).toBe(200);
    const { id } = (await used.server.store.users.findByUsername("default", user.login))!;
    const [event] = await used.server.store.audit.list({ userId: id }, { limit: 10 });
    expect(event).toMatchObject({
      type: "user.create",
      address: "127.0.0.1",
      details: { clientId: client.id, ip: "2001:db8::7" },
    });
    // The backend has set the password, so no user has shown to know it from its network, nor from
    // the user's.
    for (const network of ["127.0.0.1", "2001:db8:0:0::/64"])
      expect(await used.server.store.passwordChecks.last(id, network)).toBeUndefined();
    expect((await login(user)).status).toBe(200);
    expect(await used.server.store.passwordChecks.last(id, "2001:db8:0:0::/64")).toBeUndefined();
  });

  test("logs no secret", async () => {
    const user = newUser();
    await register(user);
    await register({ ...user, ip: "x" });
    await login(user);
    await call(
      `${used.url}/register?secret_key=${client.key}&password=${user.password}`,
      "POST",
      user,
      { authorization: `Bearer ${client.key}x` },
    );
    const log = used.server.log.join("");
    expect(log).toContain("ZimoxyService");
    for (const text of [client.key, user.password, user.email, user.login])
      expect(log).not.toContain(text);
  });
});
