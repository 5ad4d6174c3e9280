/**
 * RFC 9106 and OWASP: 19 MiB, two passes, one lane. A weaker stored hash is replaced at the next
 * sign-in.
 */
export const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** What the two argon2 packages have in common. */
export interface Argon2 {
  hash(password: Buffer): Promise<string>;
  verify(phc: string, password: Buffer): Promise<boolean>;
}

/** Loads the package with AVX2, three times as fast; it exists only where its binary does. */
export async function loadNodeRsArgon2(): Promise<Argon2> {
  const { hash, verify } = await import("@node-rs/argon2");
  return {
    hash: (password) => hash(password, PARAMETERS),
    verify: (phc, password) => verify(phc, password),
  };
}

/** Loads the package that compiles on every platform. */
export async function loadArgon2(): Promise<Argon2> {
  const { hash, verify } = (await import("argon2")).default;
  // The package writes the parameters in alphabetical order; the PHC string format has its own.
  const canonical = (phc: string): string =>
    phc.replace(/\$(m=\d+),(p=\d+),(t=\d+)\$/, "$$$1,$3,$2$$");
  return {
    hash: async (password) => canonical(await hash(password, PARAMETERS)),
    verify: (phc, password) => verify(phc, password),
  };
}

/** Loads the fastest package that works on this machine. */
export const loadFastest = (): Promise<Argon2> => loadNodeRsArgon2().catch(() => loadArgon2());
