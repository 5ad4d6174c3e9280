// The doctor warns of rows that should have been removed more than a day ago.
import { expect, test } from "vitest";
import { database } from "../../../src/commands/doctor/database.ts";
import { readConfig } from "../../../src/config/settings.ts";
import { stores } from "../../mariadb.ts";
import { newSecret } from "../../process/latchkey.ts";
import { aClient, aCode, anEvent, aUser, id } from "../../store/samples.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const mysql = stores.find(({ engine }) => engine === "mysql")!;
const used = mysql.use();

test("expired rows that no server removes", async () => {
  const { options, store } = used;
  if (options.kind !== "mysql") throw new Error("not MySQL");
  const settings = { DATABASE_URL: options.url, LATCHKEY_SECRET: newSecret() };
  const overdue = async (more: Readonly<Record<string, string>> = {}): Promise<string[]> =>
    (await database(readConfig({ ...settings, ...more })))
      .filter(({ subject }) => subject === "expired rows")
      .map(({ level, text }) => `${level} ${text}`);
  const now = Date.now();
  await store.codes.insert(aCode({ expiresAt: now - DAY + HOUR }));
  await store.audit.append(anEvent({ at: now - 400 * DAY - 23 * HOUR }));
  expect(await overdue()).toEqual([]);
  await store.codes.insert(aCode({ expiresAt: now - 3 * DAY - HOUR }));
  expect(await overdue()).toEqual(["warn they wait to be removed: codes for 3 days"]);
  expect(await overdue({ AUDIT_RETENTION_DAYS: "395" })).toEqual([
    "warn they wait to be removed: audit_events for 5 days, codes for 3 days",
  ]);
  expect(await overdue({ AUDIT_RETENTION_DAYS: "0" })).toEqual([
    "warn they wait to be removed: codes for 3 days",
  ]);
  const user = aUser();
  await store.users.insert(user);
  await store.users.delete(user.id, now - 34 * DAY - HOUR);
  const registration = { tokenHash: id(), expiresAt: now - 5 * DAY - HOUR };
  await store.clients.insert(aClient({ public: true, registration }), undefined);
  expect(await overdue({ AUDIT_RETENTION_DAYS: "0" })).toEqual([
    "warn they wait to be removed: clients for 5 days, users for 4 days, codes for 3 days",
  ]);
});
