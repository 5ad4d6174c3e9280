// Marked secrets, and how they are found again.

/** Part of every secret that a fuzzer sends. */
export const CANARY = "cAnArY7f3kQ9";

const SECRET_NAME =
  /pass|secret_?value|client_?secret|secret_?key|token$|code$|verifier|^authorization$|^cookie$/i;

/** Returns whether the value of a field or header with this name is a secret. */
export const isSecret = (name: string): boolean => SECRET_NAME.test(name);

/** The mark in base64, which depends on where it begins. */
const inBase64 = [0, 1, 2].map((offset) => {
  const text = Buffer.from(`${"x".repeat(offset)}${CANARY}xx`).toString("base64url");
  return text.slice(
    Math.ceil((offset * 4) / 3) + 1,
    Math.floor(((offset + CANARY.length) * 4) / 3) - 1,
  );
});

/** Finds the mark, also in base64 or in another case, and other secrets as they are. */
export function secretsFinder(others: readonly string[]): (text: string) => string | undefined {
  const secrets = [...inBase64, ...others];
  return (text) =>
    text.toLowerCase().includes(CANARY.toLowerCase())
      ? CANARY
      : secrets.find((secret) => text.includes(secret));
}
