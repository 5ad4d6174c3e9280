// What lies in the database opens nothing: no password, token, code or secret is there as it was
// given out.
import { readdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, test } from "vitest";
import { type EmptyDatabase, stores } from "../mariadb.ts";
import { startServer } from "../server.ts";
import { createRestTransport } from "../clients/rest.ts";
import { apiOf, unique } from "../use-server.ts";
import { agree, redeem, refresh, register } from "./flow.ts";

/** Everything that is kept, as one text. */
async function dump({ options }: EmptyDatabase): Promise<string> {
  if (options.kind === "sqlite") {
    const folder = dirname(options.file);
    return (
      await Promise.all(
        (await readdir(folder)).map((name) => readFile(`${folder}/${name}`, "latin1")),
      )
    ).join("\n");
  }
  const connection = await createConnection(options.url);
  const [tables] = await connection.query<RowDataPacket[]>(
    "select table_name as name from information_schema.tables where table_schema = database()",
  );
  const rows = await Promise.all(
    tables.map(async ({ name }) =>
      JSON.stringify((await connection.query(`select * from \`${String(name)}\``))[0]),
    ),
  );
  await connection.end();
  return rows.join("\n");
}

describe.each(stores)("on $engine", ({ empty }) => {
  test("no secret is in a dump, in any encoding", async () => {
    const database = await empty();
    const server = await startServer(database.options);
    try {
      const administratorToken = await server.administratorToken();
      const administrator = apiOf(createRestTransport(server.url), administratorToken);
      const secrets = [server.administrator.clientSecret, administratorToken];
      const emails: string[] = [];
      for (let count = 0; count < 5; count++) {
        const [email, password, newPassword] = [
          `${unique()}@example.com`,
          unique("password "),
          unique("another "),
        ];
        // With keys, so that the answers are kept.
        const requestId = unique();
        await administrator.users.createUser({ email, password, requestId });
        const { accessToken } = await apiOf(createRestTransport(server.url)).users.signIn({
          identifier: { case: "email", value: email },
          password,
        });
        const user = apiOf(createRestTransport(server.url), accessToken);
        const client = await register(administrator);
        const agreed = await agree(user, client);
        const first = await redeem(server.url, client, agreed, { request_id: requestId });
        const second = await refresh(server.url, client, first.json["refresh_token"], {
          request_id: unique(),
        });
        const unused = await agree(user, client);
        const { clientSecret } = await administrator.oauth.rotateClientSecret({
          clientId: client.id,
          requestId: unique(),
        });
        await user.users.changePassword({ userId: "me", currentPassword: password, newPassword });
        const tokens = [first, second]
          .flatMap(({ json }) => [json["access_token"], json["refresh_token"]])
          .map(String);
        secrets.push(
          password,
          newPassword,
          accessToken,
          client.secret,
          clientSecret,
          agreed.code,
          agreed.verifier,
          unused.code,
          unused.verifier,
          ...tokens,
        );
        emails.push(email);
      }
      const kept = await dump(database);
      for (const email of emails) expect(kept).toContain(email);
      const found = secrets.flatMap((secret) =>
        [
          secret,
          Buffer.from(secret).toString("base64").replace(/=+$/, ""),
          Buffer.from(secret).toString("hex"),
          encodeURIComponent(secret),
        ].filter((form) => kept.includes(form)),
      );
      expect(found).toEqual([]);
      expect(kept).toMatch(/\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    } finally {
      await server.stop();
      await database.remove();
    }
  });
});
