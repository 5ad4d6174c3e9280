// `user lock` and `user unlock`: keeps somebody out, and lets them in again.
import { Argument, type Command, Option } from "commander";
import { DEFAULT_REALM } from "../domain/users.ts";
import { moment } from "./arguments.ts";
import { examples } from "./help.ts";

/** The set of users that is meant. */
export const realm = (): Option => new Option("--realm <realm>", "the set of users in which a name or an address is looked for").default(DEFAULT_REALM);
/** Who is meant. */
export const whom = (): Argument => new Argument("<user>", "an id, an e-mail address or a name");

/** Adds the commands. */
export function addUserCommands(program: Command): void {
  const user = program.command("user").description("Keep users out and let them in.");
  user
    .command("lock")
    .description("End every session and token of a user at once, and let nobody sign in as them.")
    .addArgument(whom())
    .requiredOption("--reason <text>", "why, for the administrators")
    .addOption(new Option("--until <moment>", "when the lock ends by itself: a duration such as 24h, or a time").argParser(moment).default(undefined, "never"))
    .addOption(realm())
    .addHelpText("after", examples('latchkey user lock ada@example.com --reason "reported as stolen" --until 24h'))
    .action(lock);
  user
    .command("unlock")
    .description("Take a lock back.")
    .addArgument(whom())
    .addOption(realm())
    .addHelpText("after", examples("latchkey user unlock ada"))
    .action(unlock);
}

async function lock(text: string, { reason, until, realm: among }: { reason: string; until?: number; realm: string }): Promise<void> {
  const { withDomain } = await import("./domain.ts");
  await withDomain(async ({ domain: { users }, context }) => {
    const user = await users.identify(among, text);
    await users.lock(context, user.id, reason, until);
    process.stdout.write(`Locked ${user.id}${until === undefined ? "" : ` until ${new Date(until).toISOString()}`}.\n`);
  });
}

async function unlock(text: string, { realm: among }: { realm: string }): Promise<void> {
  const { withDomain } = await import("./domain.ts");
  await withDomain(async ({ domain: { users }, context }) => {
    const user = await users.identify(among, text);
    await users.unlock(context, user.id);
    process.stdout.write(`Unlocked ${user.id}.\n`);
  });
}
