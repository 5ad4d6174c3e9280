import { type Command, InvalidArgumentError, Option } from "commander";
import { AUDIT_TYPES, type AuditType } from "../../domain/audit.ts";
import { parsePast, realm } from "../cli/arguments.ts";
import { examples } from "../cli/help.ts";
import type { AuditExportOptions } from "./run.ts";

function auditType(text: string): AuditType {
  const found = AUDIT_TYPES.find((type) => type === text);
  if (found === undefined)
    throw new InvalidArgumentError(`It is one of ${AUDIT_TYPES.join(", ")}.`);
  return found;
}

/** Adds the command `audit export`. */
export function addAuditCommands(program: Command): void {
  program
    .command("audit")
    .description("The audit trail.")
    .command("export")
    .description("Print events of the audit trail, a line of JSON each, the newest first.")
    .option("--user <user>", "about this user: an id, an e-mail address or a name")
    .option("--client <client id>", "about this application")
    .option("--actor <actor>", "by this caller: user:<id>, client:<id>, operator or anonymous")
    .option("--failed", "that failed")
    .addOption(
      new Option("--type <type>", "of this type, such as user.sign_in").argParser(auditType),
    )
    .addOption(
      new Option(
        "--since <moment>",
        "from then on: a time, or a duration such as 24h for a day ago",
      ).argParser(parsePast),
    )
    .addOption(new Option("--until <moment>", "before then, in the same form").argParser(parsePast))
    .addOption(realm())
    .addHelpText(
      "after",
      examples(
        "latchkey audit export --since 24h > events.jsonl",
        "latchkey audit export --user ada@example.com --type user.sign_in | head",
        "latchkey audit export --actor operator --since 7d",
        "latchkey audit export --failed --type user.sign_in --since 24h",
      ),
    )
    .action(async (options: AuditExportOptions) => (await import("./run.ts")).exportAudit(options));
}
