import { SIGNING_ALGORITHMS } from "../../domain/oauth/tokens/jwt-signer.ts";
import type { SigningKeyAlgorithm } from "../../domain/model.ts";
import { withDomain } from "./with-domain.ts";

/** Makes a new signing key of one algorithm or of each. Running servers find it in the database. */
export async function rotateKeys(algorithm: SigningKeyAlgorithm | undefined): Promise<void> {
  await withDomain(async ({ domain: { signingKeys }, context }) => {
    const asked = algorithm === undefined ? SIGNING_ALGORITHMS : [algorithm];
    const { keys, signsFrom } = await signingKeys.rotate(context, asked);
    const from = new Date(signsFrom).toISOString();
    for (const { kid, algorithm: signs } of keys)
      process.stdout.write(
        `Made the key ${kid} of ${signs}, which signs from ${from}; ` +
          "what the keys before have signed stays good.\n",
      );
  });
}
