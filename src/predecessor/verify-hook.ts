import type { PasswordVerifier } from "../domain/sign-in/verified-elsewhere.ts";

/** How long the other system may take. */
export const TIMEOUT_MS = 3_000;
/** The longest answer that is read. */
export const MAX_BYTES = 64 * 1024;

/**
 * Asks over HTTP: POST with `{"email", "username", "password"}`; `{"valid": true}` is a yes. Every
 * other answer, and none, is a no. It is asked once and follows no redirect.
 */
export const createVerifyHook = (url: URL): PasswordVerifier => ({
  async verify({ email, username, password }) {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ email, username, password }),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) return false;
      const answer: unknown = JSON.parse(await shortText(response));
      return typeof answer === "object" && answer !== null && "valid" in answer
        ? answer.valid === true
        : false;
    } catch {
      // Down, slow, or no JSON. The error is dropped: it may quote the answer.
      return false;
    }
  },
});

/** Reads the text of an answer; rejects a long one. */
async function shortText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error("the answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
