import { type Command, Option } from "commander";
import { IMPORT_FIELDS } from "../../domain/accounts/import/imported-user.ts";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
import { type Moment, parseTime, realm, realmName, whole, whom } from "./arguments.ts";
import { examples } from "./help.ts";
import type { ImportOptions } from "../user-import/run.ts";
import { SYSTEM_NAMES } from "../user-import/systems/system-names.ts";
import { addAccountCommands } from "../users/commands.ts";

/** Adds the commands `user …`. */
export function addUserCommands(program: Command): void {
  const user = program
    .command("user")
    .description("Make users, change them, keep them out, bring them from elsewhere.");
  addAccountCommands(user);
  user
    .command("lock")
    .description("End every session and token of a user at once, and refuse the user's sign-ins.")
    .addArgument(whom())
    .requiredOption("--reason <text>", "why, for the administrators")
    .addOption(
      new Option(
        "--until <moment>",
        "when the lock ends by itself: a duration such as 24h, or a time",
      )
        .argParser(parseTime)
        .default(undefined, "never"),
    )
    .addOption(realm())
    .addHelpText(
      "after",
      examples('latchkey user lock ada@example.com --reason "reported as stolen" --until 24h'),
    )
    .action(lock);
  user
    .command("unlock")
    .description("Take a lock back.")
    .addArgument(whom())
    .addOption(realm())
    .addHelpText("after", examples("latchkey user unlock ada"))
    .action(unlock);
  user
    .command("import")
    .description(
      "Bring users from another system, with their passwords as it has hashed them. " +
        "Ends with 1 if any line was bad or there was none; the others are imported.",
    )
    .argument("<file>", "JSON lines, a JSON array or CSV with a header; - is standard input")
    .addOption(
      new Option("--realm <realm>", "the set of users that they join")
        .default(DEFAULT_REALM)
        .argParser(realmName),
    )
    .addOption(
      new Option(
        "--format <format>",
        "what the lines are, if the name of the file doesn't end in .csv",
      )
        .choices(["jsonl", "csv"])
        .default(undefined, "jsonl"),
    )
    .addOption(
      new Option("--from <system>", "the system whose export the file is, as it writes it")
        .choices(SYSTEM_NAMES)
        .conflicts("format"),
    )
    .option(
      "--scheme <rule>",
      "how plain digests are made, such as md5(md5({password}){salt}); the digest is " +
        "password_hash, the salt is salt or stands behind a colon",
    )
    .option(
      "--parameters <file>",
      "a JSON object with what all hashes share: firebase_signer_key, firebase_salt_separator, " +
        "firebase_rounds, firebase_mem_cost, pepper",
    )
    .option("--dry-run", "check and count every line and change nothing", false)
    .option(
      "--errors <file>",
      "where bad lines are reported: line, field and reason, never what they say " +
        "(default: <file>.errors.jsonl)",
    )
    .option("--resume", "go on where an import of the same file was cut off, if it was")
    .option(
      "--no-resume",
      "begin such an import again: who is there as the line says stays unchanged",
    )
    .addOption(
      new Option("--batch <lines>", "how many lines are committed at once")
        .argParser(whole(1, 1000))
        .default(500),
    )
    .addHelpText(
      "after",
      () =>
        `\nFields: ${IMPORT_FIELDS.join(", ")}.\n` +
        "Needed: email. A user without a password_hash and a password gets one by a reset.\n" +
        examples(
          "latchkey user import users.jsonl --dry-run",
          "latchkey user import users.csv --errors bad.jsonl --resume",
          "latchkey user import realm-export.json --from keycloak",
        ),
    )
    .action(async (file: string, options: ImportOptions) =>
      (await import("../user-import/run.ts")).importUsers(file, options),
    );
}

async function lock(
  text: string,
  { reason, until, realm: among }: { reason: string; until?: Moment; realm: string },
): Promise<void> {
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ domain: { users }, context, clock }) => {
    const user = await users.identify(among, text);
    const end = until?.(clock.now());
    await users.lock(context, user.id, reason, end);
    process.stdout.write(
      `Locked ${user.id}${end === undefined ? "" : ` until ${new Date(end).toISOString()}`}.\n`,
    );
  });
}

async function unlock(text: string, { realm: among }: { realm: string }): Promise<void> {
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ domain: { users }, context }) => {
    const user = await users.identify(among, text);
    await users.unlock(context, user.id);
    process.stdout.write(`Unlocked ${user.id}.\n`);
  });
}
