import { readConfig } from "../../config/settings.ts";
import { setAdministrator } from "../../domain/administration/administrators.ts";
import { DatabaseClock } from "../../domain/database-clock.ts";
import {
  admitAdministrator,
  newAdministrator,
} from "../../domain/oauth/clients/bootstrap-admin-client.ts";
import { migrate } from "../../store/engine/migrate.ts";
import { openStore } from "../../store/engine/create-store.ts";
import { withDomain } from "./with-domain.ts";
import { prepareInstallation } from "./installation.ts";

/** Creates an administrator's client. Its secret is shown only here, on standard output. */
export async function createAdministrator(): Promise<void> {
  const { options } = prepareInstallation(readConfig());
  await migrate(options);
  const store = await openStore(options);
  try {
    const clock = new DatabaseClock(store);
    await clock.measure();
    const key = newAdministrator(clock);
    await admitAdministrator(store, clock, key);
    process.stdout.write(
      `${JSON.stringify({ client_id: key.clientId, client_secret: key.clientSecret })}\n`,
    );
  } finally {
    await store.close();
  }
}

/** Warns on standard error: every user can register every address, until an e-mail confirms it. */
const unconfirmed = (id: string, email: string): string =>
  `Careful: the address ${email} is unconfirmed. ` +
  "The user administers now, and has not shown to read mail there.\n" +
  `If you don't know this user, take it back: latchkey admin revoke ${id}\n`;

/**
 * Lets a user use the pages of administration, or revokes that. It takes effect at once in all
 * sessions of the user.
 */
export const changeAdministrator = (
  text: string,
  realm: string,
  administrator: boolean,
): Promise<void> =>
  withDomain(async ({ domain: { users }, store, clock, context }) => {
    const { id, email, emailVerifiedAt } = await users.identify(realm, text);
    const changed = await setAdministrator({ store, clock }, context, id, administrator);
    const [verb, when] = changed ? ["is", "now"] : ["was", "already"];
    const role = `${administrator ? "an" : "no"} administrator`;
    process.stdout.write(`${email} (${id}) ${verb} ${role} ${when}.\n`);
    if (administrator && emailVerifiedAt === undefined)
      process.stderr.write(unconfirmed(id, email));
  });
