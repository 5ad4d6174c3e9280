import type { Config } from "../../config/settings.ts";
import { opensSigningKey } from "../../domain/oauth/tokens/key-pairs.ts";
import { deriveKey } from "../../domain/security/secrets.ts";
import type { DatabaseFacts } from "../../store/engine/diagnose.ts";
import { readPrivate } from "../cli/data-dir.ts";
import { type Finding, subject } from "./finding.ts";

/**
 * Checks that the secret is the one that the database was made with: it must open the signing key,
 * as at a start. Without a signing key there is nothing to compare.
 */
export async function serverSecret(
  config: Config,
  { sealedKey }: Pick<DatabaseFacts, "sealedKey">,
): Promise<Finding[]> {
  const secret = config.secret ?? ownSecret(config.dataDir);
  // `data-dir.ts` reports a secret that is missing or unreadable.
  if (sealedKey === undefined || secret === undefined) return [];
  const { ok, fail } = subject("secret");
  if (await opensSigningKey(sealedKey, deriveKey(secret, "signing-key")))
    return [ok("opens the database's signing key")];
  const place = config.secret === undefined ? "DATA_DIR/secret" : "LATCHKEY_SECRET";
  return [
    fail(
      `${place} is not the secret that this database was made with; no start will succeed`,
      `put ${place} back as it was, from the backup; if it is lost: docs/operations.md, ` +
        '"The server\'s secret is lost"',
    ),
  ];
}

function ownSecret(dataDir: string): string | undefined {
  try {
    return readPrivate(dataDir, "secret")?.trim();
  } catch {
    return undefined;
  }
}
