// `keys rotate`: a new key for JWTs, and when it comes into use.
import { withDomain } from "./with-domain.ts";

/** Makes the key; running servers find it in the database. */
export async function rotateKeys(): Promise<void> {
  await withDomain(async ({ domain: { signingKeys }, context }) => {
    const { kid, signsFrom } = await signingKeys.rotate(context);
    process.stdout.write(
      `Made the key ${kid}, which signs from ${new Date(signsFrom).toISOString()}; what the keys before have signed stays good.\n`,
    );
  });
}
