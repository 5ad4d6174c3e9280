import { withDomain } from "./with-domain.ts";

/** Makes a new signing key. Running servers find it in the database. */
export async function rotateKeys(): Promise<void> {
  await withDomain(async ({ domain: { signingKeys }, context }) => {
    const { kid, signsFrom } = await signingKeys.rotate(context);
    const from = new Date(signsFrom).toISOString();
    process.stdout.write(
      `Made the key ${kid}, which signs from ${from}; ` +
        "what the keys before have signed stays good.\n",
    );
  });
}
