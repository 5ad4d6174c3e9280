import { once } from "node:events";
import { auditEvent } from "../../domain/audit.ts";
import { withDomain } from "../cli/with-domain.ts";

/** Writes everything of a realm as JSON lines to standard output. */
export async function exportState(realm: string): Promise<void> {
  if (process.stdout.isTTY)
    throw new Error(
      "the export holds secrets: send it to a file, as latchkey export > state.jsonl",
    );
  await withDomain(async ({ store, clock, domain: { stateExport }, context }) => {
    for await (const line of stateExport.lines(realm))
      if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, "drain");
    await store.audit.append(auditEvent(clock, context, "state.export", { details: { realm } }));
  });
}
