import { printJson } from "../cli/output.ts";
import { withDomain } from "../cli/with-domain.ts";

const NEWEST = 100;

/** Takes a batch back, and prints what stays because it was used or changed. */
export async function undoBatch(batch: string): Promise<void> {
  await withDomain(async ({ domain: { undoImport }, context }) => {
    printJson({ batch, ...(await undoImport(context, batch)) });
  });
}

/** Prints the newest batches, a line of JSON each. */
export async function listBatches(): Promise<void> {
  await withDomain(async ({ store }) => {
    for (const each of await store.state.list(NEWEST))
      printJson({
        batch: each.id,
        realm: each.realm,
        started_at: new Date(each.startedAt).toISOString(),
        finished: each.finishedAt !== undefined,
        lines: each.lines,
        imported: each.imported,
        unchanged: each.unchanged,
        invalid: each.invalid,
      });
  });
}
